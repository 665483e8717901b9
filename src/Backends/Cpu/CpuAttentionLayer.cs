namespace AttentionGen.Cpu;

/// <summary>One attention layer on the CPU, over a cache of any layout.</summary>
/// <param name="options">What the layer computes.</param>
/// <param name="transform">A change of scores before the softmax, or null.</param>
internal sealed class CpuAttentionLayer(AttentionLayerOptions options, ScoreTransform? transform = null) : AttentionLayer(options)
{
    protected override void ForwardCore(in AttentionOperands operands, KeyValueCacheLayer? cache, AttentionPlan plan)
    {
        _ = transform;
        throw new NotSupportedException();
    }
}
