using System.Numerics;

namespace AttentionGen.Libtorch.Gathered;

/// <summary>
/// Rounds shapes up, so that few different ones occur. On CUDA libtorch gives 16-bit attention to cuDNN, which builds a
/// plan for each shape that it has not seen, at tens of milliseconds; lengths that grow by one a step would never meet
/// the same twice. Rounded lengths are also aligned as kernels that read a mask want them.
/// </summary>
/// <param name="IsOn">Whether shapes are rounded at all.</param>
internal readonly record struct ShapeRounding(bool IsOn)
{
    private const int KeyMultiple = 64;

    /// <summary>What a cache's device and element type call for.</summary>
    public static ShapeRounding For(KeyValueCacheOptions cache) =>
        new(cache.Device.Kind == DeviceKind.Cuda && cache.ElementType.SizeInBytes() <= 2);

    /// <summary>The number of queries or keys of a call.</summary>
    public int Length(int length) => IsOn ? checked((length + KeyMultiple - 1) / KeyMultiple * KeyMultiple) : length;

    /// <summary>The number of requests of a call.</summary>
    public int Requests(int requests) => IsOn ? (int)BitOperations.RoundUpToPowerOf2((uint)requests) : requests;
}
