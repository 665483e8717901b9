using System.Runtime.Intrinsics;

namespace AttentionGen.Cpu;

/// <summary>Chooses kernels at run time.</summary>
internal static class KernelSelection
{
    /// <summary>The widths that this processor has, the widest first.</summary>
    public static IReadOnlyList<SimdWidth> SupportedWidths { get; } =
        [.. new[] { SimdWidth.Avx512, SimdWidth.Avx2, SimdWidth.Vector128 }.Where(IsSupported)];

    /// <summary>The kernels for the given element types.</summary>
    /// <param name="operand">The type of queries, new keys and values, and output.</param>
    /// <param name="cache">The type of keys and values where they are attended to: the operands', or an 8-bit one.</param>
    /// <param name="width">The width; null: the widest.</param>
    /// <exception cref="ArgumentException">There are no kernels for the types, or the processor has not the width.</exception>
    public static TileKernels For(ElementType operand, ElementType cache, SimdWidth? width = null)
    {
        SimdWidth chosen = width ?? SupportedWidths[0];
        if (!IsSupported(chosen))
            throw new ArgumentException($"This processor has no {chosen}. It has {string.Join(", ", SupportedWidths)}.", nameof(width));
        return chosen switch
        {
            SimdWidth.Avx512 => For<Avx512Simd, Vector512<float>>(operand, cache),
            SimdWidth.Avx2 => For<Avx2Simd, Vector256<float>>(operand, cache),
            _ => For<Vector128Simd, Vector128<float>>(operand, cache),
        };
    }

    private static bool IsSupported(SimdWidth width) => width switch
    {
        SimdWidth.Avx512 => Avx512Simd.IsSupported,
        SimdWidth.Avx2 => Avx2Simd.IsSupported,
        _ => Vector128Simd.IsSupported,
    };

    private static TileKernels For<TSimd, TVector>(ElementType operand, ElementType cache)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => (operand, cache) switch
        {
            (ElementType.Float32, ElementType.Float32) => new VectorTileKernels<TSimd, TVector, Float32Element, Float32Element>(),
            (ElementType.Float16, ElementType.Float16) => new VectorTileKernels<TSimd, TVector, Float16Element, Float16Element>(),
            (ElementType.BFloat16, ElementType.BFloat16) => new VectorTileKernels<TSimd, TVector, BFloat16Element, BFloat16Element>(),
            (ElementType.Float32, ElementType.Float8E4M3) => new VectorTileKernels<TSimd, TVector, Float32Element, Float8E4M3Element>(),
            (ElementType.Float16, ElementType.Float8E4M3) => new VectorTileKernels<TSimd, TVector, Float16Element, Float8E4M3Element>(),
            (ElementType.BFloat16, ElementType.Float8E4M3) => new VectorTileKernels<TSimd, TVector, BFloat16Element, Float8E4M3Element>(),
            _ => throw new ArgumentException($"The CPU kernels take Float32, Float16 or BFloat16 operands over a cache of the same type or Float8E4M3, not {operand} over {cache}."),
        };
}
