namespace AttentionGen.Libtorch.Gathered;

/// <summary>What of a layer its schedule depends on: layers that agree in it share one.</summary>
/// <param name="Kind">The form of the calls.</param>
/// <param name="Window">The sliding window, or null.</param>
/// <param name="NeedsPositions">Whether scores are biased by distance outside the kernel.</param>
/// <param name="SharesPrefix">Whether a prefix that all requests share is attended to once.</param>
internal readonly record struct ScheduleKey(ScheduleKind Kind, int? Window, bool NeedsPositions = false, bool SharesPrefix = false);

/// <summary>The form of the calls that a batch is cut into.</summary>
internal enum ScheduleKind
{
    /// <summary>Requests padded to one length: [N, H, L, D].</summary>
    Padded,

    /// <summary>Requests end to end, [T, H, D], and where each begins.</summary>
    Varlen,
}
