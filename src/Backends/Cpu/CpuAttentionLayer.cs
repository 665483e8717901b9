namespace AttentionGen.Cpu;

/// <summary>One attention layer on the CPU, over a cache of any layout.</summary>
internal sealed class CpuAttentionLayer : AttentionLayer
{
    private readonly LayerConstants _constants;
    private readonly TileKernels _kernels;

    /// <summary>Makes a layer.</summary>
    /// <param name="options">What the layer computes.</param>
    /// <param name="transform">A change of scores before the softmax, or null.</param>
    /// <param name="width">The vector width; null: the widest that the processor has.</param>
    public CpuAttentionLayer(AttentionLayerOptions options, ScoreTransform? transform = null, SimdWidth? width = null)
        : base(options)
    {
        _constants = new LayerConstants(options, transform);
        bool isEncoder = options.Type is AttentionTypes.Encoder or AttentionTypes.EncoderOnly;
        ElementType cache = isEncoder ? options.ElementType : options.CacheElementType ?? options.ElementType;
        _kernels = KernelSelection.For(options.ElementType, cache, width);
    }

    protected override void ForwardCore(in AttentionOperands operands, KeyValueCacheLayer? cache, AttentionPlan plan)
    {
        if (plan is not CpuAttentionPlan cpuPlan)
            throw new ArgumentException($"The plan is a {plan.GetType().Name}. It must be made by the same backend as the layer.", nameof(plan));

        KeyRows keys, values;
        if (cache is null)
        {
            if (cpuPlan.TokenCount == 0)
                return;
            keys = KeyRows.OfOperand(operands.Key);
            values = KeyRows.OfOperand(operands.Value);
        }
        else
        {
            keys = new KeyRows(cache.Keys);
            values = new KeyRows(cache.Values);
            CacheWriter.Store(_kernels, cpuPlan.Batch, _constants, in operands, keys, values, cpuPlan.Threads);
        }

        ForwardPass pass = cpuPlan.Rent();
        try
        {
            pass.Run(cpuPlan.ScheduleFor(Options), _constants, _kernels, in operands, keys, values, cpuPlan.Threads);
        }
        finally
        {
            cpuPlan.Return(pass);
        }

        operands.Query.KeepAlive();
        operands.Key.KeepAlive();
        operands.Value.KeepAlive();
        operands.Output.KeepAlive();
        operands.LogSumExp.KeepAlive();
        GC.KeepAlive(cache);
    }
}
