using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AttentionGen.Cuda.Attention;

/// <summary>
/// The parameter of the kernels that have the copy engine bring pages, <c>hopper_attention</c> and <c>paged_attention</c> with TENSOR_COPIES:
/// <c>HopperParameters</c> of Parameters.cuh, which says what each field is.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct HopperParameters
{
    public AttentionParameters Attention;
    public int PieceRows;
    public TensorPlaces KeyPlaces;
    public TensorPlaces ValuePlaces;
    public ReservedWords Reserved;
    public TensorMap Keys;
    public TensorMap Values;

    [InlineArray(3)]
    internal struct ReservedWords
    {
        private int _first;
    }
}
