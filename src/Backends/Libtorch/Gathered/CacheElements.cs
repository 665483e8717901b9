using TorchSharp;
using static TorchSharp.torch;

namespace AttentionGen.Libtorch.Gathered;

/// <summary>
/// Keys and values to and from 8-bit floating point. TorchSharp has no such element type, so tensors of it are seen as
/// bytes on its side and converted by libtorch's operators.
/// </summary>
internal static class CacheElements
{
    private static readonly LibtorchOperator s_view = new("aten::view", "dtype");
    private static readonly LibtorchOperator s_to = new("aten::to", "dtype");

    /// <summary>Whether a cache holds such elements.</summary>
    public static bool AreBytes(ElementType type) => type.SizeInBytes() == 1;

    /// <summary>Bytes as numbers of the given type; the scale of the cache is not applied.</summary>
    public static Tensor Decode(Tensor bytes, ElementType cacheType, ScalarType type)
    {
        using Tensor elements = Convert(s_view, bytes, AtenCodes.Of(cacheType));
        return Convert(s_to, elements, (long)type);
    }

    /// <summary>Numbers divided by the scale, rounded to the nearest element and limited to the largest one, as bytes.</summary>
    public static Tensor Encode(Tensor numbers, ElementType cacheType, float scale)
    {
        float largest = cacheType == ElementType.Float8E4M3 ? 448 : 57344;
        using Scalar divisor = scale, low = -largest, high = largest;
        using Tensor scaled = numbers.to(ScalarType.Float32).div(divisor).clamp(low, high);
        using Tensor elements = Convert(s_to, scaled, AtenCodes.Of(cacheType));
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
