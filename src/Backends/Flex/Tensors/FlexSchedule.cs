using AttentionGen.Libtorch.Gathered;

namespace AttentionGen.Flex;

/// <summary>How a batch is cut into calls for a layer with functions: blocks of keys that a mask hides are in none.</summary>
internal sealed class FlexSchedule : IDisposable
{
    private const int KeyBlock = 128;

    private FlexSchedule(GatheredBatch batch, FlexCall[] calls, RowSelection? empty)
    {
        Batch = batch;
        Calls = calls;
        Empty = empty;
    }

    /// <summary>The batch that it is for.</summary>
    public GatheredBatch Batch { get; }

    /// <summary>Queries of one request, or requests of one query each.</summary>
    public FlexCall[] Calls { get; }

    /// <summary>The query rows that are in no call, for they see no key; or null.</summary>
    public RowSelection? Empty { get; }

    /// <summary>Makes a schedule.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="options">The layer.</param>
    /// <param name="classifier">What decides blocks.</param>
    /// <param name="maxScores">The number of scores of a call.</param>
    /// <param name="counts">Where the blocks are counted.</param>
    public static FlexSchedule Create(
        GatheredBatch batch, AttentionLayerOptions options, BlockClassifier classifier, long maxScores, BlockCounts counts)
    {
        const int MostQueries = 512;
        using var scope = TorchSharp.torch.NewDisposeScope();
        List<FlexCallMember> decodes = [];
        List<FlexCall> calls = [];
        List<long> empty = [];
        foreach (GatheredRequest request in batch.Requests)
        {
            int step = (int)Math.Clamp(maxScores / ((long)options.QueryHeads * Math.Max(1, request.Keys)), 1, MostQueries);
            for (int first = 0; first < request.Queries; first += step)
            {
                FlexCallMember member = Look(request, first, Math.Min(step, request.Queries - first), batch.Causal, options, classifier, counts);
                if (member.Keys.Length == 0)
                    empty.AddRange(member.Rows());
                else if (request.Queries == 1)
                    decodes.Add(member);
                else
                    calls.Add(FlexCall.Create([member], options.Device));
            }
        }

        foreach (FlexCallMember[] group in Group(decodes, Math.Max(1, maxScores / options.QueryHeads)))
            calls.Add(FlexCall.Create(group, options.Device));
        return new FlexSchedule(batch, [.. calls], empty.Count == 0 ? null : RowSelection.Create([.. empty], options.Device));
    }

    public void Dispose()
    {
        foreach (FlexCall call in Calls)
            call.Dispose();
        Empty?.Dispose();
    }

    /// <summary>Requests of one query, longest first; a group ends where padding would make one's keys more than a third more.</summary>
    private static IEnumerable<FlexCallMember[]> Group(List<FlexCallMember> decodes, long maxKeys)
    {
        FlexCallMember[] sorted = [.. decodes.OrderByDescending(static member => member.Keys.Length).ThenBy(static member => member.Request.Index)];
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            long longest = sorted[start].Keys.Length;
            for (end = start + 1; end < sorted.Length && 4L * sorted[end].Keys.Length >= 3 * longest && (end - start + 1) * longest <= maxKeys; end++)
            {
            }

            yield return sorted[start..end];
        }
    }

    /// <summary>Finds the keys of the blocks that some of the queries see.</summary>
    private static FlexCallMember Look(
        GatheredRequest request, int first, int count, bool causal, AttentionLayerOptions options, BlockClassifier classifier, BlockCounts counts)
    {
        int firstPosition = request.PositionOfRow(first), lastPosition = firstPosition + count - 1;
        long window = options.SlidingWindow ?? int.MaxValue;
        int begin = (int)Math.Clamp(firstPosition - window + 1, 0, request.Keys);
        int end = (int)Math.Clamp(causal ? lastPosition + 1 : lastPosition + window, 0, request.Keys);
        List<int> keys = [];
        bool needsMask = false;
        for (int key = begin; key < end; key += KeyBlock)
        {
            int last = Math.Min(key + KeyBlock, end) - 1;
            MaskBlock block = classifier.Classify(new ScoreRegion
            {
                Request = request.Index,
                FirstHead = 0,
                LastHead = options.QueryHeads - 1,
                HeadsPerKeyValueHead = options.QueryHeads / options.KeyValueHeads,
                FirstQuery = firstPosition,
                LastQuery = lastPosition,
                FirstKey = key,
                LastKey = last,
            });
            counts.Add(block);
            needsMask |= block == MaskBlock.Partial;
            for (int visible = key; visible <= last && block != MaskBlock.Empty; visible++)
                keys.Add(visible);
        }

        return new FlexCallMember(request, first, count, [.. keys], needsMask);
    }
}
