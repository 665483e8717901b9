namespace AttentionGen.Cpu;

/// <summary>The vector widths that the kernels are compiled for.</summary>
internal enum SimdWidth
{
    /// <summary>128 bits: every processor.</summary>
    Vector128,

    /// <summary>256 bits: AVX2 and FMA.</summary>
    Avx2,

    /// <summary>512 bits: AVX-512 F, DQ and BW.</summary>
    Avx512,
}
