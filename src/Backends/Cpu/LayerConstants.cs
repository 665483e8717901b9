namespace AttentionGen.Cpu;

/// <summary>What a layer's options come to in the kernels' units.</summary>
internal sealed class LayerConstants
{
    private const float LogTwoOfE = 1.44269504f;

    public LayerConstants(AttentionLayerOptions options, ScoreTransform? transform)
    {
        Options = options;
        Transform = transform;
        Group = options.QueryHeads / options.KeyValueHeads;
        ValueHeadSize = options.ValueHeadSize ?? options.HeadSize;
        Window = options.SlidingWindow ?? int.MaxValue;

        // The softmax is computed in powers of two. The change of units goes into the queries, or where scores are changed
        // before the softmax into the last change.
        float unit = transform is null ? LogTwoOfE : 1;
        float scale = options.EffectiveScale * options.KeyScale;
        QueryFactor = options.SoftCap is { } cap ? scale / cap : scale * unit;
        SoftCapFactor = options.SoftCap * unit;
        UnitAfterTransform = transform is null ? null : LogTwoOfE;
        Slopes = Scaled(options.AlibiSlopes, unit);
        Sinks = Scaled(options.Sinks, LogTwoOfE);
    }

    public AttentionLayerOptions Options { get; }

    public ScoreTransform? Transform { get; }

    public int Group { get; }

    public int ValueHeadSize { get; }

    public int Window { get; }

    /// <summary>What queries are multiplied by.</summary>
    public float QueryFactor { get; }

    /// <summary>What the hyperbolic tangent of scores is multiplied by; null: scores stay.</summary>
    public float? SoftCapFactor { get; }

    /// <summary>What scores are multiplied by after the transform.</summary>
    public float? UnitAfterTransform { get; }

    /// <summary>The linear bias of each query head, or empty.</summary>
    public float[] Slopes { get; }

    /// <summary>The sink of each query head, in units of log2; or empty.</summary>
    public float[] Sinks { get; }

    private static float[] Scaled(ReadOnlyMemory<float> values, float factor)
    {
        float[] scaled = values.ToArray();
        foreach (ref float value in scaled.AsSpan())
            value *= factor;
        return scaled;
    }
}
