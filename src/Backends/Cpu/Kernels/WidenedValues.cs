using System.Runtime.CompilerServices;

namespace AttentionGen.Cpu;

/// <summary>Values that were widened to float32.</summary>
internal readonly unsafe struct WidenedValues<TSimd, TVector>(float* first, nint stride) : IValueRows<TVector, WidenedValues<TSimd, TVector>>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly float* _first = first;
    private readonly nint _stride = stride;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WidenedValues<TSimd, TVector> From(nint column) => new(_first + column, _stride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Load(nint key, nint vector) => TSimd.Load(_first + (key * _stride) + (vector * TSimd.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(nint key)
    {
    }
}
