using System.Runtime.CompilerServices;

namespace AttentionGen.Cpu;

/// <summary>tanh of vectors, within 4e-7 of the result.</summary>
internal static class HyperbolicTangent<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of(TVector x)
    {
        // Near 0 an odd polynomial, for 1 - 2 / (e^2x + 1) cancels there. Beyond 10 the result rounds to 1.
        TVector magnitude = TSimd.Abs(x);
        TVector square = TSimd.Multiply(x, x);
        TVector small = TSimd.MultiplyAdd(TSimd.Broadcast(-0.0057049947790801525f), square, TSimd.Broadcast(0.020639095455408096f));
        small = TSimd.MultiplyAdd(small, square, TSimd.Broadcast(-0.05373971909284592f));
        small = TSimd.MultiplyAdd(small, square, TSimd.Broadcast(0.13331441581249237f));
        small = TSimd.MultiplyAdd(small, square, TSimd.Broadcast(-0.3333328068256378f));
        small = TSimd.MultiplyAdd(TSimd.Multiply(small, square), x, x);

        TVector doubled = TSimd.Multiply(TSimd.Min(TSimd.Broadcast(10f), magnitude), TSimd.Broadcast(2 * LogTwoOfE));
        TVector exponential = Exponential<TSimd, TVector>.OfTwo(doubled);
        TVector large = TSimd.Subtract(
            TSimd.Broadcast(1f), TSimd.Divide(TSimd.Broadcast(2f), TSimd.Add(exponential, TSimd.Broadcast(1f))));
        return TSimd.SelectLess(magnitude, TSimd.Broadcast(0.625f), small, TSimd.CopySign(large, x));
    }

    private const float LogTwoOfE = 1.44269504f;
}
