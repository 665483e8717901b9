namespace AttentionGen.Cuda.Benchmarks.Measuring;

/// <summary>What is divided by what, where a contender is compared with a peer.</summary>
internal enum RatioBasis
{
    /// <summary>The peer's time by the contender's.</summary>
    Time,

    /// <summary>The contender's work a second by the peer's.</summary>
    Rate,
}
