namespace AttentionGen.Cuda.Attention;

/// <summary>The kernels of a layer, loaded on its device.</summary>
internal sealed class PagedKernels
{
    /// <summary>The threads of a block of <c>paged_attention</c> and of <c>combine_splits</c>.</summary>
    public const int AttentionThreads = 128;

    /// <summary>The threads of a block of <c>store_in_cache</c>, and the rows that it stores.</summary>
    public const int StoreThreads = 256, StoreRows = 32;

    /// <summary>The rows of an item of the decode form, at most.</summary>
    public const int DecodeRows = 16;

    /// <summary>Compiles what has to be, and loads it.</summary>
    /// <param name="device">The device.</param>
    /// <param name="options">What the layer computes.</param>
    /// <param name="hasDecode">Whether requests of few rows have a kernel of their own.</param>
    public PagedKernels(CudaDevice device, AttentionLayerOptions options, bool hasDecode)
    {
        Device = device;
        bool hasPages = KernelMacros.HasPages(options);
        Attend = new PagedKernel(device, KernelMacros.Attention(options, areRowsAligned: true));
        AttendAnywhere = hasPages ? null : new PagedKernel(device, KernelMacros.Attention(options, areRowsAligned: false));
        Decode = hasDecode && hasPages ? new PagedKernel(device, KernelMacros.Decode(options)) : Attend;
        TensorDecode = hasDecode && hasPages && TensorDecodeKernel.Takes(device, options) ? new TensorDecodeKernel(device, options) : null;
        Combine = device.Kernels.Load(new KernelSpecification("CombineSplits.cu", KernelMacros.Common(options)), "combine_splits");
        Store = hasPages ? device.Kernels.Load(new KernelSpecification("CacheOperations.cu", KernelMacros.Common(options)), "store_in_cache") : null;
    }

    /// <summary>The device.</summary>
    public CudaDevice Device { get; }

    /// <summary>Attention of requests of any number of rows.</summary>
    public PagedKernel Attend { get; }

    /// <summary>The same over keys and values that may begin at any address; null where they lie in a cache.</summary>
    public PagedKernel? AttendAnywhere { get; }

    /// <summary>Attention of requests of few rows.</summary>
    public PagedKernel Decode { get; }

    /// <summary>The same by the copy engine, for the pages that it can read; null where the device or the layer has no such kernel.</summary>
    public TensorDecodeKernel? TensorDecode { get; }

    /// <summary>The merge of rows whose keys were cut.</summary>
    public CudaKernel Combine { get; }

    /// <summary>The storing of new keys and values; null where there is no cache.</summary>
    public CudaKernel? Store { get; }
}
