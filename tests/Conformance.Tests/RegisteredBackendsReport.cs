using AttentionGen.Conformance;

namespace AttentionGen.Tests;

/// <summary>One run on all backends that are not this assembly's own, so that each reference is computed once.</summary>
public sealed class RegisteredBackendsReport
{
    public static string[] Backends { get; } = [.. AttentionRegistry.Instance.Backends
        .Where(static backend => backend.AssemblyName != typeof(RegisteredBackendsReport).Assembly.GetName().Name)
        .Select(static backend => backend.Name)];

    public ConformanceReport Report { get; } = ConformanceBattery.Run(
        AttentionRegistry.Instance, TestDevice.Current, new ConformanceOptions { Backends = [.. Backends] });
}
