using System.Collections.Concurrent;

namespace AttentionGen.Flex;

/// <summary>
/// Says what blocks of queries see of blocks of keys: by interval arithmetic over the mask's graph where that decides it, and
/// otherwise by evaluating the mask until the block is known to be partial. Safe for use by several threads.
/// </summary>
internal sealed class BlockClassifier : IDisposable
{
    private const int CacheCapacity = 1 << 16;

    private readonly FunctionGraph _graph;
    private readonly bool[] _neededByMask;
    private readonly bool[] _neededByScore;
    private readonly bool _mayHideByScore;
    private readonly Dependence _dependence;
    private readonly VectorProgram? _mask;

    // The mask is a function of its region alone, so what has been found stays true from step to step and for all layers.
    private readonly ConcurrentDictionary<ScoreRegion, MaskBlock> _evaluated = new();
    private readonly ThreadLocal<ValueRange[]> _ranges;
    private long _denseEvaluations;

    public BlockClassifier(FunctionGraph graph, int headsPerKeyValueHead)
    {
        _graph = graph;
        _neededByMask = graph.NeededBy(graph.MaskRoot);
        _neededByScore = graph.NeededBy(graph.ScoreRoot);
        _mayHideByScore = graph.ScoreRoot >= 0 && Array.Exists(
            [.. graph.Instructions], static instruction => instruction.Operation == Operation.FloatConstant && float.IsNegativeInfinity(instruction.FloatValue));
        _dependence = graph.MaskRoot < 0 ? Dependence.None : graph.DependenceOf(graph.MaskRoot);
        _mask = graph.MaskRoot < 0 ? null : new VectorProgram(graph, headsPerKeyValueHead, scoreRoot: -1, graph.MaskRoot);
        _ranges = new ThreadLocal<ValueRange[]>(() => new ValueRange[graph.Instructions.Length]);
    }

    /// <summary>How many blocks interval arithmetic left open, so that the mask was evaluated.</summary>
    public long DenseEvaluations => Interlocked.Read(ref _denseEvaluations);

    /// <summary>What the region's queries see of its keys; exact but for what a score function hides.</summary>
    public MaskBlock Classify(in ScoreRegion region)
    {
        if (IsHiddenByScore(region))
            return MaskBlock.Empty;
        if (_mask is null)
            return MaskBlock.Full;

        ValueRange range = RangeAnalysis.Compute(_graph, _neededByMask, _graph.MaskRoot, region, _ranges.Value);
        if (range.IsAlwaysFalse)
            return MaskBlock.Empty;
        if (range.IsAlwaysTrue)
            return MaskBlock.Full;
        return Evaluate(WithoutWhatDoesNotMatter(region));
    }

    /// <summary>Whether the mask hides all of the region, as far as interval arithmetic can tell.</summary>
    public bool IsSurelyEmpty(in ScoreRegion region) =>
        IsHiddenByScore(region)
        || (_mask is not null && RangeAnalysis.Compute(_graph, _neededByMask, _graph.MaskRoot, region, _ranges.Value).IsAlwaysFalse);

    public void Dispose()
    {
        _mask?.Dispose();
        _ranges.Dispose();
    }

    private bool IsHiddenByScore(in ScoreRegion region)
    {
        if (!_mayHideByScore)
            return false;
        ValueRange range = RangeAnalysis.Compute(_graph, _neededByScore, _graph.ScoreRoot, region, _ranges.Value);
        return double.IsNegativeInfinity(range.High) && !range.MayBeNaN;
    }

    private ScoreRegion WithoutWhatDoesNotMatter(in ScoreRegion region)
    {
        ScoreRegion result = region;
        if ((_dependence & Dependence.Request) == 0)
            result = result with { Request = 0 };
        if ((_dependence & Dependence.Head) == 0)
            result = result with { FirstHead = 0, LastHead = 0 };
        if ((_dependence & Dependence.Query) == 0)
            result = result with { FirstQuery = 0, LastQuery = 0 };
        return result;
    }

    private MaskBlock Evaluate(in ScoreRegion region)
    {
        if (_evaluated.TryGetValue(region, out MaskBlock known))
            return known;
        Interlocked.Increment(ref _denseEvaluations);
        bool seesSome = false, hidesSome = false;
        for (int head = region.FirstHead; head <= region.LastHead && !(seesSome && hidesSome); head++)
        {
            for (int query = region.FirstQuery; query <= region.LastQuery && !(seesSome && hidesSome); query++)
            {
                (bool sees, bool hides) = _mask!.Look(region.Request, head, query, region.FirstKey, region.LastKey - region.FirstKey + 1);
                seesSome |= sees;
                hidesSome |= hides;
            }
        }

        MaskBlock result = !seesSome ? MaskBlock.Empty : hidesSome ? MaskBlock.Partial : MaskBlock.Full;
        if (_evaluated.Count >= CacheCapacity)
            _evaluated.Clear();
        _evaluated[region] = result;
        return result;
    }
}
