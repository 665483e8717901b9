namespace AttentionGen.Cuda.Attention;

/// <summary>A schedule on the device, as a launch needs it: addresses, and for how many blocks it is.</summary>
internal readonly record struct PlannedSchedule(
    nint Items, nint ItemCount, nint FirstItem, nint Tickets, nint Merges, nint MergeCount, nint PartialOutput, nint PartialLogSumExp,
    int Grid, int ItemsNow, int MergesNow, bool SharesKeys);
