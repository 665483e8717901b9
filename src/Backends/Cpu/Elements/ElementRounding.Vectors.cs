using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AttentionGen.Cpu;

/// <content>Four numbers at a time, to the same bits.</content>
internal static partial class ElementRounding
{
    /// <summary>Four bfloat16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ToBFloat16(Vector128<float> values)
    {
        Vector128<uint> bits = values.AsUInt32();
        Vector128<uint> rounded = (bits + Vector128.Create(0x7FFFu) + ((bits >> 16) & Vector128<uint>.One)) >> 16;
        Vector128<uint> notNumber = (bits >> 16) | Vector128.Create(0x40u);
        return Pack(Vector128.ConditionalSelect(Vector128.Equals(values, values).AsUInt32(), rounded, notNumber));
    }

    /// <summary>Four IEEE binary16. Numbers that round beyond 65504 become infinite. NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ToFloat16(Vector128<float> values)
    {
        Vector128<uint> magnitude = values.AsUInt32() & Vector128.Create(0x7FFFFFFFu);
        Vector128<uint> sign = (values.AsUInt32() ^ magnitude) >> 16;

        // Ten bits of fraction stay; the exponent's bias falls from 127 to 15.
        Vector128<uint> rounded = (magnitude + Vector128.Create(0xFFFu) + ((magnitude >> 13) & Vector128<uint>.One)) >> 13;
        rounded -= Vector128.Create((127u - 15) << 10);

        // Below 2^-14 numbers are multiples of 2^-24: adding a half leaves a fraction of just that step.
        Vector128<float> half = Vector128.Create(0.5f);
        Vector128<uint> subnormal = (magnitude.AsSingle() + half).AsUInt32() - half.AsUInt32();
        rounded = Vector128.ConditionalSelect(Vector128.LessThan(magnitude, Vector128.Create(0x38800000u)), subnormal, rounded);
        rounded = Vector128.ConditionalSelect(Vector128.LessThan(magnitude, Vector128.Create(0x477FF000u)), rounded, Vector128.Create(0x7C00u));
        rounded = Vector128.ConditionalSelect(Vector128.GreaterThan(magnitude, Vector128.Create(0x7F800000u)), Vector128.Create(0x7E00u), rounded);
        return Pack(rounded | sign);
    }

    /// <summary>Four numbers of E4M3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint ToFloat8E4M3(Vector128<float> values)
    {
        Vector128<uint> magnitude = values.AsUInt32() & Vector128.Create(0x7FFFFFFFu);
        Vector128<uint> sign = (values.AsUInt32() ^ magnitude) >> 24;
        Vector128<uint> rounded = ((magnitude + Vector128.Create(0x7FFFFu) + ((magnitude >> 20) & Vector128<uint>.One)) >> 20)
            - Vector128.Create((127u - 7) << 3);
        Vector128<float> step = Vector128.Create(16384f);
        Vector128<uint> subnormal = (magnitude.AsSingle() + step).AsUInt32() - step.AsUInt32();
        rounded = Vector128.ConditionalSelect(Vector128.LessThan(magnitude, Vector128.Create(0.015625f).AsUInt32()), subnormal, rounded);
        rounded = Vector128.ConditionalSelect(Vector128.LessThan(magnitude, Vector128.Create(LargestFloat8E4M3).AsUInt32()), rounded, Vector128.Create(0x7Eu));
        rounded = Vector128.ConditionalSelect(Vector128.GreaterThan(magnitude, Vector128.Create(0x7F800000u)), Vector128.Create(0x7Fu), rounded) | sign;
        Vector128<ushort> pairs = Vector128.Narrow(rounded, rounded);
        return Vector128.Narrow(pairs, pairs).AsUInt32().ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Pack(Vector128<uint> sixteenBits) => Vector128.Narrow(sixteenBits, sixteenBits).AsUInt64().ToScalar();
}
