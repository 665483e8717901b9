using AttentionGen.Hosting;

namespace AttentionGen.Tests;

/// <summary>Found about each device what a test says.</summary>
internal sealed class StubKnowledge(params string[] failing) : IDeviceKnowledge
{
    public static StubKnowledge Failing(params string[] names) => new(names);

    public AvailabilitySnapshot? FindAvailability(AttentionDevice device) => new(
        device,
        [
            .. AttentionRegistry.Backends.Where(backend => backend.SupportFor(device.Kind) is not null).Select(backend => new BackendAvailability
            {
                Name = backend.Name,
                State = failing.Contains(backend.Name) ? AvailabilityState.Loadable : AvailabilityState.Probed,
                Problem = failing.Contains(backend.Name) ? new(ReasonCode.ProbeFailed, "a probe", "nothing", "mend it") : null,
            }),
        ]);
}
