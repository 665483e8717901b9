using System.Collections.Immutable;

namespace AttentionGen.Timing;

/// <summary>How long each backend took for one step on one device.</summary>
public sealed record StepTiming
{
    /// <summary>The device, described.</summary>
    public required AttentionDevice Device { get; init; }

    /// <summary>The step.</summary>
    public required StepShape Shape { get; init; }

    /// <summary>The backends: those that were timed first, the fastest first, then the others by name.</summary>
    public required ImmutableArray<BackendTiming> Backends { get; init; }

    /// <summary>The ranking as the selector reads it; null where no backend was timed.</summary>
    public TuningEntry? ToTuningEntry()
    {
        ImmutableArray<MeasuredBackend> ranking =
        [
            .. Backends
                .Where(static backend => backend.Outcome == TimingOutcome.Timed)
                .Select(static backend => new MeasuredBackend(backend.Name, backend.MedianMicroseconds)),
        ];
        return ranking.IsEmpty ? null : new TuningEntry
        {
            Device = Device,
            ElementType = Shape.ElementType,
            CacheElementType = Shape.CacheElementType ?? Shape.ElementType,
            HeadSize = Shape.HeadSize,
            GroupSize = Shape.QueryHeads / Shape.KeyValueHeads,
            Features = Shape.Features,
            Phase = Shape.Phase,
            Requests = Shape.Requests,
            ContextLength = Shape.ContextLength,
            Ranking = ranking,
        };
    }
}
