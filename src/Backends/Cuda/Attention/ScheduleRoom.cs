namespace AttentionGen.Cuda.Attention;

/// <summary>How much of a schedule fits into a plan's memory.</summary>
/// <param name="Key">The schedule.</param>
/// <param name="Items">The number of work items.</param>
/// <param name="Merges">The number of merge items.</param>
/// <param name="Slots">The number of rows of partial states.</param>
internal readonly record struct ScheduleRoom(ScheduleKey Key, long Items, long Merges, long Slots);
