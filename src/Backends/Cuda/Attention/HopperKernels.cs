using System.Numerics;

namespace AttentionGen.Cuda.Attention;

/// <summary>The loaded kernel of HopperAttention.cu for one layer: attention of long queries by warpgroup products.</summary>
internal sealed class HopperKernels
{
    /// <summary>Threads of a block.</summary>
    public const int Threads = 384;

    private const int ColumnsOfPanel = 64, RowsOfGroup = 8;

    private readonly TensorMapCache _maps;
    private readonly bool _hasGroups;

    /// <summary>Compiles what has to be, and loads it.</summary>
    public HopperKernels(CudaDevice device, AttentionLayerOptions options)
    {
        Attend = device.Kernels.Load(new KernelSpecification("HopperAttention.cu", KernelMacros.Hopper(options)), "hopper_attention");
        SharedMemory = Attend.Constant("hopperAttentionSharedBytes");
        Rows = Attend.Constant("hopperAttentionRows");
        TileKeys = Attend.Constant("hopperAttentionTileKeys");
        Grid = device.MultiprocessorCount;
        Attend.WithSharedMemory(SharedMemory);
        _maps = new TensorMapCache(device);
        _hasGroups = KernelMacros.HasPages(options) && (options.HeadSize | KernelMacros.ValueHeadSize(options)) % ColumnsOfPanel == 0;
    }

    /// <summary>The kernel.</summary>
    public CudaKernel Attend { get; }

    /// <summary>The bytes of shared memory of a block.</summary>
    public int SharedMemory { get; }

    /// <summary>The rows of an item, at most.</summary>
    public int Rows { get; }

    /// <summary>The keys of a tile.</summary>
    public int TileKeys { get; }

    /// <summary>The blocks that the device holds at once.</summary>
    public int Grid { get; }

    /// <summary>Whether the kernel computes what a layer asks for.</summary>
    public static bool Take(CudaDevice device, AttentionLayerOptions options) =>
        device.ComputeCapability == CudaArchitecture.Hopper
        && options.ElementType is ElementType.Float16 or ElementType.BFloat16
        && KernelMacros.CacheType(options) == options.ElementType
        && !options.TreeMask
        && (options.HeadSize, KernelMacros.ValueHeadSize(options)) is (64, 64) or (96, 96) or (128, 128) or (192, 128) or (256, 256);

    /// <summary>The keys that one copy brings out of pages of a size; 0: none, the pages are not read by the kernel.</summary>
    public static int PieceRows(int pageSize, int tileKeys) =>
        pageSize % 8 != 0 ? 0 : tileKeys % pageSize == 0 ? pageSize : pageSize % tileKeys == 0 ? tileKeys : 0;

    /// <summary>Whether a tensor of keys or values can be read: [pages, page size, Hkv, D] or [T, Hkv, D].</summary>
    public static bool CanRead(in TensorView tensor)
    {
        int size = tensor.ElementType.SizeInBytes();
        long all = tensor.Data;
        for (int i = 0; i < tensor.Rank - 1; i++)
        {
            if (tensor.Stride(i) <= 0 && tensor.Size(i) > 1)
                return false;
            all |= tensor.Size(i) > 1 ? tensor.Stride(i) * size : 0;
        }

        return all % 16 == 0;
    }

    /// <summary>How the copy engine reads keys or values: [pages, page size, Hkv, D], or [T, Hkv, D] as one page.</summary>
    /// <param name="tensor">The keys or values.</param>
    /// <param name="pieceRows">The keys that one copy brings.</param>
    /// <param name="places">Where pages and heads begin, if the map's last dimension counts both.</param>
    public ref readonly TensorMap MapOf(in TensorView tensor, int pieceRows, out TensorPlaces places)
    {
        places = default;
        return ref _hasGroups ? ref GroupedMapOf(tensor, pieceRows, out places) : ref PlainMapOf(tensor, pieceRows);
    }

    private ref readonly TensorMap PlainMapOf(in TensorView tensor, int pieceRows)
    {
        int size = tensor.ElementType.SizeInBytes(), first = tensor.Rank - 3;
        long pages = first == 0 ? 1 : tensor.Size(0);
        ReadOnlySpan<TensorMapDimension> dimensions =
        [
            new(tensor.Size(first + 2), size, ColumnsOfPanel),
            new(tensor.Size(first), Stride(tensor, first), pieceRows),
            new(tensor.Size(first + 1), Stride(tensor, first + 1), 1),
            new(pages, pages == 1 ? 16 : Stride(tensor, 0), 1),
        ];
        return ref _maps.Get(tensor.Data, tensor.ElementType, dimensions, TensorMapSwizzle.Bytes128);
    }

    // Panels are the third dimension, so that a box has all of a head; for which pages and heads share the last one.
    private ref readonly TensorMap GroupedMapOf(in TensorView tensor, int pieceRows, out TensorPlaces places)
    {
        int size = tensor.ElementType.SizeInBytes(), panels = (int)tensor.Size(3) / ColumnsOfPanel;
        long token = Stride(tensor, 1), page = Stride(tensor, 0), head = Stride(tensor, 2), unit = (long)BigInteger.GreatestCommonDivisor(page, head);
        places = new TensorPlaces { Page = checked((int)(page / unit)), Head = checked((int)(head / unit)) };
        long count = checked(((tensor.Size(0) - 1) * places.Page) + ((tensor.Size(2) - 1) * places.Head) + 1);
        ReadOnlySpan<TensorMapDimension> dimensions =
        [
            new(ColumnsOfPanel, size, ColumnsOfPanel),
            new(RowsOfGroup, token, RowsOfGroup),
            new(panels, ColumnsOfPanel * size, panels),
            new(tensor.Size(1) / RowsOfGroup, RowsOfGroup * token, pieceRows / RowsOfGroup),
            new(count, unit, 1),
        ];
        return ref _maps.Get(tensor.Data, tensor.ElementType, dimensions, TensorMapSwizzle.Bytes128);
    }

    // A dimension of one element may have any stride, and the driver none that is no multiple of 16.
    private static long Stride(in TensorView tensor, int dimension) =>
        tensor.Size(dimension) == 1 ? 16 : tensor.Stride(dimension) * tensor.ElementType.SizeInBytes();
}
