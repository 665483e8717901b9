namespace AttentionGen.Flex;

/// <summary>
/// Which blocks of scores a mask leaves out, which it leaves alone, and which it cuts: FlexAttention's <c>BlockMask</c>,
/// <see href="https://arxiv.org/abs/2412.05496"/>.
/// </summary>
/// <remarks>
/// Layers decide the same, for their own blocks, while they run; there is no need to make one. It is for looking at a mask:
/// how much of the work it saves, and whether it is what was meant. Blocks are decided by interval arithmetic over the traced
/// function, and by evaluating the mask densely where that leaves a block open, so that the result is exact.
/// </remarks>
public sealed class BlockMask
{
    private readonly MaskBlock[] _blocks;

    private BlockMask(BlockMaskShape shape)
    {
        Shape = shape;
        QueryBlocks = Blocks(shape.Queries, shape.QueryBlockSize);
        KeyBlocks = Blocks(shape.Keys, shape.KeyBlockSize);
        _blocks = new MaskBlock[checked((long)shape.Requests * shape.QueryHeads * QueryBlocks * KeyBlocks)];
    }

    /// <summary>What it was made for.</summary>
    public BlockMaskShape Shape { get; }

    /// <summary>The number of blocks of queries of a request.</summary>
    public int QueryBlocks { get; }

    /// <summary>The number of blocks of keys of a request.</summary>
    public int KeyBlocks { get; }

    /// <summary>The fraction of the blocks that are empty: 0 to 1.</summary>
    public double Sparsity => (double)_blocks.LongCount(static block => block == MaskBlock.Empty) / _blocks.LongLength;

    /// <summary>What one block of queries sees of one block of keys.</summary>
    /// <param name="request">The request.</param>
    /// <param name="head">The query head.</param>
    /// <param name="queryBlock">The block of queries.</param>
    /// <param name="keyBlock">The block of keys.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such block.</exception>
    public MaskBlock this[int request, int head, int queryBlock, int keyBlock]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)request, (uint)Shape.Requests, nameof(request));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)head, (uint)Shape.QueryHeads, nameof(head));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)queryBlock, (uint)QueryBlocks, nameof(queryBlock));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)keyBlock, (uint)KeyBlocks, nameof(keyBlock));
            return _blocks[Index(request, head, queryBlock, keyBlock)];
        }
    }

    /// <summary>Traces a mask function and decides its blocks.</summary>
    /// <param name="mask">The mask function.</param>
    /// <param name="shape">For what scores, and in what blocks.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The shape contradicts itself, or a table is too short for it.</exception>
    public static BlockMask Create(MaskFunction mask, BlockMaskShape shape)
    {
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentNullException.ThrowIfNull(shape);
        shape.Validate();
        MaskFunction whole = shape.Causal ? mask.And(static at => at.Query >= at.Key) : mask;
        FunctionGraph graph = FunctionGraph.Trace(null, whole);
        TableReach reach = new(graph);
        reach.ThrowIfShorterThanHeads(shape.QueryHeads, shape.KeyValueHeads);
        reach.ThrowIfShorterThanBatch(shape.Requests, shape.Keys);

        BlockMask result = new(shape);
        using BlockClassifier classifier = new(graph, shape.QueryHeads / shape.KeyValueHeads);
        for (int request = 0; request < shape.Requests; request++)
        {
            for (int head = 0; head < shape.QueryHeads; head++)
                result.Fill(classifier, request, head);
        }

        return result;
    }

    /// <summary>
    /// The shape, the sparsity, and a picture of the first requests and heads, a row for each block of queries: <c>██</c> for
    /// a full block, <c>░░</c> for a partial one, blank for an empty one. At most 20 by 20; where several blocks share a
    /// place, it shows whether they are all full, all empty, or neither.
    /// </summary>
    public override string ToString() => BlockMaskPicture.Draw(this);

    private static int Blocks(int length, int size) => (int)((length + (long)size - 1) / size);

    private long Index(int request, int head, int queryBlock, int keyBlock) =>
        ((((((long)request * Shape.QueryHeads) + head) * QueryBlocks) + queryBlock) * KeyBlocks) + keyBlock;

    private void Fill(BlockClassifier classifier, int request, int head)
    {
        int offset = Shape.Keys - Shape.Queries;
        for (int queryBlock = 0; queryBlock < QueryBlocks; queryBlock++)
        {
            for (int keyBlock = 0; keyBlock < KeyBlocks; keyBlock++)
            {
                _blocks[Index(request, head, queryBlock, keyBlock)] = classifier.Classify(new ScoreRegion
                {
                    Request = request,
                    FirstHead = head,
                    LastHead = head,
                    HeadsPerKeyValueHead = Shape.QueryHeads / Shape.KeyValueHeads,
                    FirstQuery = offset + (queryBlock * Shape.QueryBlockSize),
                    LastQuery = offset + Math.Min((queryBlock + 1) * Shape.QueryBlockSize, Shape.Queries) - 1,
                    FirstKey = keyBlock * Shape.KeyBlockSize,
                    LastKey = Math.Min((keyBlock + 1) * Shape.KeyBlockSize, Shape.Keys) - 1,
                });
            }
        }
    }
}
