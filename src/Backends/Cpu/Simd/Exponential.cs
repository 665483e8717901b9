using System.Runtime.CompilerServices;

namespace AttentionGen.Cpu;

/// <summary>2^x of vectors, within 2e-7 of the result.</summary>
internal static class Exponential<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>
    /// 2^x for x up to 127: exactly 1 for 0, exactly 0 below -126, minus infinity included, and NaN for NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector OfTwo(TVector x)
    {
        // 2^x = 2^n * 2^f with n the nearest integer, and 2^f a polynomial whose constant term is exactly 1: the least
        // relative error over [-0.5, 0.5].
        TVector bounded = TSimd.Max(TSimd.Broadcast(-126f), x);
        TVector integral = TSimd.Round(bounded);
        TVector fraction = TSimd.Subtract(bounded, integral);
        TVector sum = TSimd.MultiplyAdd(TSimd.Broadcast(0.001326472032815218f), fraction, TSimd.Broadcast(0.009671512991189957f));
        sum = TSimd.MultiplyAdd(sum, fraction, TSimd.Broadcast(0.05550733953714371f));
        sum = TSimd.MultiplyAdd(sum, fraction, TSimd.Broadcast(0.24022242426872253f));
        sum = TSimd.MultiplyAdd(sum, fraction, TSimd.Broadcast(0.6931470036506653f));
        sum = TSimd.MultiplyAdd(sum, fraction, TSimd.Broadcast(1f));
        return TSimd.SelectLess(x, TSimd.Broadcast(-126f), TSimd.Zero, TSimd.MultiplyByPowerOfTwo(sum, integral));
    }

    /// <summary>The same of one number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float OfTwo(float x) => TSimd.First(OfTwo(TSimd.Broadcast(x)));
}
