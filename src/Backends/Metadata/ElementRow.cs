using System.Numerics;

namespace AttentionGen.Metadata;

/// <summary>What a merge does with a row of elements of one type, computing in float32.</summary>
internal interface IElementRow<T>
{
    /// <summary>output = first * firstWeight + second * secondWeight. The spans have one length; output may be an input.</summary>
    static abstract void Combine(ReadOnlySpan<T> first, float firstWeight, ReadOnlySpan<T> second, float secondWeight, Span<T> output);
}

/// <summary>Rows of float32.</summary>
internal readonly struct Float32Row : IElementRow<float>
{
    public static void Combine(ReadOnlySpan<float> first, float firstWeight, ReadOnlySpan<float> second, float secondWeight, Span<float> output)
    {
        Vector<float> firstWeights = new(firstWeight), secondWeights = new(secondWeight);
        int i = 0;
        for (; i <= output.Length - Vector<float>.Count; i += Vector<float>.Count)
            ((new Vector<float>(first[i..]) * firstWeights) + (new Vector<float>(second[i..]) * secondWeights)).CopyTo(output[i..]);
        for (; i < output.Length; i++)
            output[i] = (first[i] * firstWeight) + (second[i] * secondWeight);
    }
}

/// <summary>Rows of float16.</summary>
internal readonly struct Float16Row : IElementRow<Half>
{
    public static void Combine(ReadOnlySpan<Half> first, float firstWeight, ReadOnlySpan<Half> second, float secondWeight, Span<Half> output)
    {
        for (int i = 0; i < output.Length; i++)
            output[i] = (Half)(((float)first[i] * firstWeight) + ((float)second[i] * secondWeight));
    }
}

/// <summary>Rows of bfloat16, each element the upper half of a float32.</summary>
internal readonly struct BFloat16Row : IElementRow<ushort>
{
    public static void Combine(ReadOnlySpan<ushort> first, float firstWeight, ReadOnlySpan<ushort> second, float secondWeight, Span<ushort> output)
    {
        for (int i = 0; i < output.Length; i++)
            output[i] = Round((Widen(first[i]) * firstWeight) + (Widen(second[i]) * secondWeight));
    }

    private static float Widen(ushort value) => BitConverter.UInt32BitsToSingle((uint)value << 16);

    /// <summary>The nearest bfloat16, the even one of two; a NaN stays one.</summary>
    private static ushort Round(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
