using AttentionGen.Conformance.Cases;

namespace AttentionGen.Conformance.Inputs;

/// <summary>The batch that a case's plan is given.</summary>
internal static class CaseBatch
{
    public static AttentionBatch Create(AttentionCase attentionCase, PageTable pages)
    {
        int[] starts = new int[attentionCase.Requests.Length + 1];
        for (int request = 0; request < attentionCase.Requests.Length; request++)
            starts[request + 1] = starts[request] + attentionCase.Requests[request].Queries;

        AttentionBatch batch = new()
        {
            QueryStartLoc = starts,
            SeqLens = attentionCase.Requests.Select(static request => request.Keys).ToArray(),
            BlockTable = default,
            MaxBlocks = 0,
            SlotMapping = default,
            Causal = attentionCase.Causal && attentionCase.Type == AttentionTypes.Decoder,
            KeysInCache = attentionCase.KeysInCache,
            TreeAncestors = attentionCase.HasTree ? TreeAncestors(attentionCase) : default,
            CommonPrefixLength = attentionCase.Cascade ? attentionCase.SharedPages * attentionCase.PageSize : 0,
        };
        if (!attentionCase.KeysInCache)
            return batch;

        (int[] table, int maxBlocks) = pages.ToBlockTable();
        return batch with { BlockTable = table, MaxBlocks = maxBlocks, SlotMapping = SlotMapping(attentionCase, pages) };
    }

    /// <summary>Whether a new key is in the cache before the step and comes with slot -1.</summary>
    public static bool IsSkipped(AttentionCase attentionCase, int newKey) => attentionCase.SkipsStoring && newKey % 3 == 2;

    private static long[] SlotMapping(AttentionCase attentionCase, PageTable pages)
    {
        List<long> slots = [];
        for (int request = 0; request < attentionCase.Requests.Length; request++)
        {
            RequestShape shape = attentionCase.Requests[request];
            for (int newKey = 0; newKey < shape.NewKeys; newKey++)
                slots.Add(IsSkipped(attentionCase, newKey) ? -1 : pages.SlotOf(request, shape.Computed + newKey));
        }

        return [.. slots];
    }

    private static ulong[] TreeAncestors(AttentionCase attentionCase) =>
        [.. attentionCase.Requests.SelectMany(static request => request.Tree.IsEmpty ? new ulong[request.Queries] : request.Tree.AsEnumerable())];
}
