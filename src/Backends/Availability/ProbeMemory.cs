using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace AttentionGen;

/// <summary>
/// What probes found in this process, by registered class and device. What could not be loaded is not kept: it may be put in
/// place while the process lives.
/// </summary>
internal static class ProbeMemory
{
    private static readonly ConditionalWeakTable<BackendDescriptor, ConcurrentDictionary<AttentionDevice, BackendAvailability>> s_findings = [];

    public static BackendAvailability? Find(BackendDescriptor backend, AttentionDevice device) =>
        s_findings.TryGetValue(backend, out var byDevice) ? byDevice.GetValueOrDefault(device) : null;

    public static void Keep(BackendDescriptor backend, AttentionDevice device, BackendAvailability finding) =>
        s_findings.GetOrCreateValue(backend)[device] = finding;
}
