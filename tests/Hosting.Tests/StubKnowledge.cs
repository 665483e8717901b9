using AttentionGen.Hosting;

namespace AttentionGen.Tests;

/// <summary>Found about each device what a test says.</summary>
internal sealed class StubKnowledge(params string[] failing) : IDeviceKnowledge
{
    /// <summary>What is measured.</summary>
    public TuningReading Tuning { get; init; } = new(TuningFileState.Absent, null, "", "Nothing was measured.");

    /// <summary>What was asked, in order.</summary>
    public List<string> Asked { get; } = [];

    public static StubKnowledge Failing(params string[] names) => new(names);

    public AvailabilitySnapshot FindAvailability(AttentionDevice device, BackendProbeOptions options)
    {
        Asked.Add($"{options.UpTo} on {device} in {options.Directory?.Path ?? "the user's folder"}");
        return new(device,
        [
            .. AttentionRegistry.Backends.Where(backend => backend.SupportFor(device.Kind) is not null).Select(backend => new BackendAvailability
            {
                Name = backend.Name,
                State = failing.Contains(backend.Name) ? AvailabilityState.Loadable : AvailabilityState.Probed,
                Problem = failing.Contains(backend.Name) ? new(ReasonCode.ProbeFailed, "a probe", "nothing", "mend it") : null,
            }),
        ])
        {
            Notes = ["a note"],
        };
    }

    public TuningReading FindTuning(AttentionDevice device, CacheDirectory? directory)
    {
        Asked.Add($"tuning on {device} in {directory?.Path ?? "the user's folder"}");
        return Tuning;
    }
}
