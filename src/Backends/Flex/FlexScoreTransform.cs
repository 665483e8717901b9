using AttentionGen.Cpu;

namespace AttentionGen.Flex;

/// <summary>A layer's functions, for the CPU engine.</summary>
internal sealed class FlexScoreTransform : ScoreTransform, IDisposable
{
    private readonly VectorProgram _program;
    private readonly BlockClassifier _blocks;
    private readonly int _headsPerKeyValueHead;
    private readonly bool _changesScores;

    public FlexScoreTransform(FunctionGraph graph, int headsPerKeyValueHead)
    {
        _headsPerKeyValueHead = headsPerKeyValueHead;
        _changesScores = graph.ScoreRoot >= 0;
        _program = new VectorProgram(graph, headsPerKeyValueHead, graph.ScoreRoot, graph.MaskRoot);
        _blocks = new BlockClassifier(graph, headsPerKeyValueHead);
    }

    public override bool ChangesVisibleScores => _changesScores;

    /// <summary>Counts the blocks that the engine has asked about, by the answer.</summary>
    public BlockCounts Counts { get; } = new();

    public override void Apply(Span<float> scores, int request, int head, int queryPosition, int firstKeyPosition) =>
        _program.Apply(scores, request, head, queryPosition, firstKeyPosition);

    public override BlockVisibility Visibility(
        int request, int firstHead, int lastHead, int firstQueryPosition, int lastQueryPosition, int firstKeyPosition, int lastKeyPosition)
    {
        MaskBlock block = _blocks.Classify(new ScoreRegion
        {
            Request = request,
            FirstHead = firstHead,
            LastHead = lastHead,
            HeadsPerKeyValueHead = _headsPerKeyValueHead,
            FirstQuery = firstQueryPosition,
            LastQuery = lastQueryPosition,
            FirstKey = firstKeyPosition,
            LastKey = lastKeyPosition,
        });
        Counts.Add(block);
        return block switch
        {
            MaskBlock.Empty => BlockVisibility.None,
            MaskBlock.Full => BlockVisibility.Full,
            _ => BlockVisibility.Partial,
        };
    }

    public void Dispose()
    {
        _program.Dispose();
        _blocks.Dispose();
    }
}
