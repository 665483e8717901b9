namespace AttentionGen.Cuda.Attention;

/// <summary>The loaded kernel of HopperAttention.cu for one layer: attention of long queries by warpgroup products.</summary>
internal sealed class HopperKernels
{
    /// <summary>Threads of a block.</summary>
    public const int Threads = 384;

    /// <summary>Compiles what has to be, and loads it.</summary>
    public HopperKernels(CudaDevice device, AttentionLayerOptions options)
    {
        Attend = device.Kernels.Load(new KernelSpecification("HopperAttention.cu", KernelMacros.Hopper(options)), "hopper_attention");
        SharedMemory = Attend.Constant("hopperAttentionSharedBytes");
        Rows = Attend.Constant("hopperAttentionRows");
        TileKeys = Attend.Constant("hopperAttentionTileKeys");
        Grid = device.MultiprocessorCount;
        Attend.WithSharedMemory(SharedMemory);
        Maps = new PageMaps(device, KernelMacros.HasPages(options) && PageMaps.ArePanels(options));
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

    /// <summary>How it reads keys and values.</summary>
    public PageMaps Maps { get; }

    /// <summary>Whether the kernel computes what a layer asks for.</summary>
    public static bool Take(CudaDevice device, AttentionLayerOptions options) =>
        device.ComputeCapability == CudaArchitecture.Hopper
        && options.ElementType is ElementType.Float16 or ElementType.BFloat16
        && KernelMacros.CacheType(options) == options.ElementType
        && !options.TreeMask
        && (options.HeadSize, KernelMacros.ValueHeadSize(options)) is (64, 64) or (96, 96) or (128, 128) or (192, 128) or (256, 256);

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
}
