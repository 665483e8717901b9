using TorchSharp;
using static TorchSharp.torch;

namespace AttentionGen.Libtorch.Gathered;

/// <summary>
/// Keys and values to and from E4M3, the 8-bit type of caches. TorchSharp has no such element type, so tensors of it are seen as
/// bytes on its side and converted by libtorch's operators.
/// </summary>
internal static class CacheElements
{
    // Of E4M3; libtorch's cast makes NaN of what lies beyond.
    private const float Largest = 448;

    private static readonly LibtorchOperator s_view = new("aten::view", "dtype");
    private static readonly LibtorchOperator s_to = new("aten::to", "dtype");

    /// <summary>Whether a cache holds such elements.</summary>
    public static bool AreBytes(ElementType type) => type.SizeInBytes() == 1;

    /// <summary>Bytes as numbers of the given type; the scale of the cache is not applied.</summary>
    public static Tensor Decode(Tensor bytes, ScalarType type)
    {
        using Tensor elements = Convert(s_view, bytes, AtenCodes.Float8E4M3);
        return Convert(s_to, elements, (long)type);
    }

    /// <summary>Numbers divided by the scale, rounded to the nearest element and limited to the largest one, as bytes.</summary>
    public static Tensor Encode(Tensor numbers, float scale)
    {
        using Scalar divisor = scale, low = -Largest, high = Largest;
        using Tensor scaled = numbers.to(ScalarType.Float32).div(divisor).clamp(low, high);
        using Tensor elements = Convert(s_to, scaled, AtenCodes.Float8E4M3);
        return Convert(s_view, elements, AtenCodes.UInt8);
    }

    private static Tensor Convert(LibtorchOperator @operator, Tensor tensor, long type)
    {
        using OperatorCall call = new(@operator);
        call.Push(tensor);
        call.Push(type);
        if (ReferenceEquals(@operator, s_to))
        {
            call.Push(false); // non_blocking
            call.Push(false); // copy
            call.PushNone(); // memory_format
        }

        call.Invoke();
        return call.TakeTensor();
    }
}
