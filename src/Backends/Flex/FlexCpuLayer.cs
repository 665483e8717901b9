using AttentionGen.Cpu;

namespace AttentionGen.Flex;

/// <summary>One layer with functions, on the CPU engine.</summary>
internal sealed class FlexCpuLayer : AttentionLayer
{
    private readonly FlexFunctions _functions;
    private readonly CpuAttentionLayer _layer;

    public FlexCpuLayer(AttentionLayerOptions options)
        : base(options)
    {
        _functions = new FlexFunctions(options);
        Transform = new FlexScoreTransform(_functions.Graph, options.QueryHeads / options.KeyValueHeads);
        bool hasFunctions = options.ScoreFunction is not null || options.MaskFunction is not null;
        _layer = new CpuAttentionLayer(options, hasFunctions ? Transform : null);
    }

    /// <summary>What the engine calls.</summary>
    public FlexScoreTransform Transform { get; }

    protected override void ForwardCore(in AttentionOperands operands, KeyValueCacheLayer? cache, AttentionPlan plan)
    {
        if (plan is CpuAttentionPlan { Batch: var batch })
        {
            int longest = 0;
            for (int request = 0; request < batch.RequestCount; request++)
                longest = Math.Max(longest, batch.KeyCount(request));
            _functions.ThrowIfShorterThanBatch(batch.RequestCount, longest);
        }

        _layer.Forward(in operands, cache, plan);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _layer.Dispose();
            Transform.Dispose();
        }

        base.Dispose(disposing);
    }
}
