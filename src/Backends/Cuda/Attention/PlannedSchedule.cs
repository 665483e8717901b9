namespace AttentionGen.Cuda.Attention;

/// <summary>A schedule on the device, as a launch needs it: addresses.</summary>
internal readonly record struct PlannedSchedule(
    nint Items, nint ItemCount, nint FirstItem, nint Tickets, nint Merges, nint MergeCount, nint PartialOutput, nint PartialLogSumExp,
    int ItemsNow, int MergesNow, bool SharesKeys);
