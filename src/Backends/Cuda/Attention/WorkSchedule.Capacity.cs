namespace AttentionGen.Cuda.Attention;

// How much a schedule needs at most, for batches of a capacity.
internal sealed partial class WorkSchedule
{
    /// <summary>The most work items that batches of a capacity come to.</summary>
    public static long MostItems(ScheduleKey key, int requests, int tokens, int keysPerRequest, int group, int keyValueHeads) =>
        key.IsInvariant
            ? MostTiles(key, requests, tokens, group, keyValueHeads) + ((long)requests * keyValueHeads * (keysPerRequest / FixedCut))
            // Cuts of tiles that are 5/4 of a block's share at least, or stretches of all: no more than blocks.
            : MostTiles(key, requests, tokens, group, keyValueHeads) + MostSharedTiles(key, tokens, group, keyValueHeads) + key.Grid
                + MostPartsInTurn(key, requests, keysPerRequest, keyValueHeads);

    /// <summary>The most groups of rows whose states are merged.</summary>
    public static long MostMerges(ScheduleKey key, int requests, int tokens, int keysPerRequest, int group, int keyValueHeads) =>
        key.IsInvariant ? keysPerRequest > FixedCut ? (long)requests * keyValueHeads : 0
        : key.SharesPrefix ? MostTiles(key, requests, tokens, group, keyValueHeads) + MostSharedTiles(key, tokens, group, keyValueHeads)
        : MayMix(key) ? key.Grid + ((long)requests * keyValueHeads)
        : key.Grid;

    /// <summary>The most rows of partial states.</summary>
    public static long MostSlots(ScheduleKey key, int requests, int tokens, int keysPerRequest, int group, int keyValueHeads) =>
        key.IsInvariant
            ? keysPerRequest > FixedCut ? (long)requests * keyValueHeads * PagedKernels.DecodeRows * ((keysPerRequest + FixedCut - 1) / FixedCut) : 0
            : (2L * key.Grid * Math.Max(key.PrefillRows, PagedKernels.DecodeRows))
                + (key.SharesPrefix ? 2L * tokens * group * keyValueHeads : 0)
                + (2L * PagedKernels.DecodeRows * MostPartsInTurn(key, requests, keysPerRequest, keyValueHeads));

    private static long MostSharedTiles(ScheduleKey key, int tokens, int group, int keyValueHeads) =>
        key.SharesPrefix ? (1 + ((long)tokens * group / key.PrefillRows)) * keyValueHeads : 0;

    private static long MostTiles(ScheduleKey key, int requests, int tokens, int group, int keyValueHeads) =>
        (requests + ((long)tokens * group / key.PrefillRows)) * keyValueHeads;

    // A part has SharesOfPart shares of the keys that are left, or ShortestPart: a sum of shares of what is left is a logarithm.
    private static long MostPartsInTurn(ScheduleKey key, int requests, int keysPerRequest, int keyValueHeads)
    {
        if (!MayMix(key))
            return 0;
        double all = (double)requests * keyValueHeads * (keysPerRequest + ItemOverhead), partsOfAll = (double)key.Grid / SharesOfPart;
        return (long)Math.Ceiling(partsOfAll * (1 + Math.Log(Math.Max(1, all / (partsOfAll * ShortestPart)))));
    }
}
