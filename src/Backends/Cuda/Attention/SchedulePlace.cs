namespace AttentionGen.Cuda.Attention;

/// <summary>Where a schedule's lists lie: offsets in bytes.</summary>
internal readonly record struct SchedulePlace(int Items, int Merges, int FirstItem);
