using System.Numerics;

namespace AttentionGen.Cuda.Attention;

/// <summary>How the copy engine reads the keys and values of a layer: tensor maps, made once for each tensor.</summary>
/// <param name="device">The device.</param>
/// <param name="hasGroups">Whether one copy brings all columns of a piece of a page; else it brings 128 bytes of each row.</param>
internal sealed class PageMaps(CudaDevice device, bool hasGroups)
{
    private const int PanelBytes = 128, RowsOfGroup = 8;

    private readonly TensorMapCache _maps = new(device);
    private PageMap _keys;
    private PageMap _values;

    /// <summary>Whether rows of keys and of values are whole panels of 128 bytes.</summary>
    public static bool ArePanels(AttentionLayerOptions options) =>
        (options.HeadSize | KernelMacros.ValueHeadSize(options)) * KernelMacros.CacheType(options).SizeInBytes() % PanelBytes == 0;

    /// <summary>The keys that one copy brings out of pages of a size; 0: none, the pages are not read by the kernel.</summary>
    public static int PieceRows(int pageSize, int tileKeys) =>
        pageSize % 8 != 0 ? 0 : tileKeys % pageSize == 0 ? pageSize : pageSize % tileKeys == 0 ? tileKeys : 0;

    /// <summary>Writes how the copy engine reads keys and values: each [pages, page size, Hkv, D], or [T, Hkv, D] as one page.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="values">The values.</param>
    /// <param name="pieceRows">The keys that one copy brings.</param>
    /// <param name="parameters">Where to.</param>
    public void Write(in TensorView keys, in TensorView values, int pieceRows, ref HopperParameters parameters)
    {
        parameters.PieceRows = pieceRows;
        Find(in keys, pieceRows, ref _keys);
        Find(in values, pieceRows, ref _values);
        parameters.Keys = _keys.Map;
        parameters.KeyPlaces = _keys.Places;
        parameters.Values = _values.Map;
        parameters.ValuePlaces = _values.Places;
    }

    // A layer reads the same cache step after step.
    private void Find(in TensorView tensor, int pieceRows, ref PageMap last)
    {
        if (last.IsOf(in tensor, pieceRows))
            return;
        TensorPlaces places = default;
        TensorMap map = hasGroups ? GroupedMapOf(tensor, pieceRows, out places) : PlainMapOf(tensor, pieceRows);
        last = new PageMap(in tensor, pieceRows, map, places);
    }

    private ref readonly TensorMap PlainMapOf(in TensorView tensor, int pieceRows)
    {
        int size = tensor.ElementType.SizeInBytes(), first = tensor.Rank - 3;
        long pages = first == 0 ? 1 : tensor.Size(0);
        ReadOnlySpan<TensorMapDimension> dimensions =
        [
            new(tensor.Size(first + 2), size, PanelBytes / size),
            new(tensor.Size(first), Stride(tensor, first), pieceRows),
            new(tensor.Size(first + 1), Stride(tensor, first + 1), 1),
            new(pages, pages == 1 ? 16 : Stride(tensor, 0), 1),
        ];
        return ref _maps.Get(tensor.Data, tensor.ElementType, dimensions, TensorMapSwizzle.Bytes128);
    }

    // Panels are the third dimension, so that a box has all of a head; for which pages and heads share the last one.
    private ref readonly TensorMap GroupedMapOf(in TensorView tensor, int pieceRows, out TensorPlaces places)
    {
        int size = tensor.ElementType.SizeInBytes(), columns = PanelBytes / size, panels = (int)tensor.Size(3) / columns;
        long token = Stride(tensor, 1), page = Stride(tensor, 0), head = Stride(tensor, 2);
        long unit = page % head == 0 ? head : (long)BigInteger.GreatestCommonDivisor(page, head);
        places = new TensorPlaces { Page = checked((int)(page / unit)), Head = checked((int)(head / unit)) };
        long count = checked(((tensor.Size(0) - 1) * places.Page) + ((tensor.Size(2) - 1) * places.Head) + 1);
        ReadOnlySpan<TensorMapDimension> dimensions =
        [
            new(columns, size, columns),
            new(RowsOfGroup, token, RowsOfGroup),
            new(panels, PanelBytes, panels),
            new(tensor.Size(1) / RowsOfGroup, RowsOfGroup * token, pieceRows / RowsOfGroup),
            new(count, unit, 1),
        ];
        return ref _maps.Get(tensor.Data, tensor.ElementType, dimensions, TensorMapSwizzle.Bytes128);
    }

    // A dimension of one element may have any stride, and the driver none that is no multiple of 16.
    private static long Stride(in TensorView tensor, int dimension) =>
        tensor.Size(dimension) == 1 ? 16 : tensor.Stride(dimension) * tensor.ElementType.SizeInBytes();
}
