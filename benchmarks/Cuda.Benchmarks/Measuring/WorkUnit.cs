namespace AttentionGen.Cuda.Benchmarks.Measuring;

/// <summary>What a contender's work is counted in.</summary>
internal enum WorkUnit
{
    /// <summary>Bytes that have to be moved.</summary>
    Bytes,

    /// <summary>Floating-point operations.</summary>
    Operations,
}
