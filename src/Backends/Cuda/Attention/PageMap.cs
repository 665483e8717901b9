using System.Runtime.CompilerServices;

namespace AttentionGen.Cuda.Attention;

/// <summary>The tensor map of one tensor of keys or values, and what that was.</summary>
internal readonly struct PageMap
{
    private readonly nint _data;
    private readonly int _pieceRows;
    private readonly Layout _layout;

    public PageMap(in TensorView tensor, int pieceRows, in TensorMap map, TensorPlaces places)
    {
        (_data, _pieceRows, Map, Places) = (tensor.Data, pieceRows, map, places);
        for (int i = 0; i < tensor.Rank; i++)
            (_layout[2 * i], _layout[(2 * i) + 1]) = (tensor.Size(i), tensor.Stride(i));
    }

    /// <summary>The map.</summary>
    public TensorMap Map { get; }

    /// <summary>Where pages and heads begin, if the map's last dimension counts both.</summary>
    public TensorPlaces Places { get; }

    /// <summary>Whether it is that of a tensor.</summary>
    public bool IsOf(in TensorView tensor, int pieceRows)
    {
        if (tensor.Data != _data || pieceRows != _pieceRows)
            return false;
        for (int i = 0; i < tensor.Rank; i++)
        {
            if (_layout[2 * i] != tensor.Size(i) || _layout[(2 * i) + 1] != tensor.Stride(i))
                return false;
        }

        return true;
    }

    [InlineArray(2 * TensorView.MaximumRank)]
    private struct Layout
    {
        private long _first;
    }
}
