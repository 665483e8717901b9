namespace AttentionGen.Cuda.Attention;

/// <summary>The kernels of a layer, loaded on its device.</summary>
internal sealed class PagedKernels
{
    /// <summary>The threads of a block of <c>paged_attention</c> and of <c>combine_splits</c>.</summary>
    public const int AttentionThreads = 128;

    /// <summary>The threads of a block of <c>store_in_cache</c>, and the rows that it stores.</summary>
    public const int StoreThreads = 256, StoreRows = 8;

    /// <summary>The rows of an item of the decode form, at most.</summary>
    public const int DecodeRows = 16;

    /// <summary>Compiles what has to be, and loads it.</summary>
    public PagedKernels(CudaDevice device, AttentionLayerOptions options)
    {
        Device = device;
        bool isEncoder = options.Type is AttentionTypes.Encoder or AttentionTypes.EncoderOnly;
        Attend = LoadAttention(options, areRowsAligned: true);
        AttendAnywhere = isEncoder ? LoadAttention(options, areRowsAligned: false) : null;
        Combine = Device.Kernels.Load(new KernelSpecification("CombineSplits.cu", KernelMacros.Common(options)), "combine_splits");
        Store = isEncoder ? null : Device.Kernels.Load(new KernelSpecification("CacheOperations.cu", KernelMacros.Common(options)), "store_in_cache");
        SharedMemory = Attend.Constant("pagedAttentionSharedBytes");
        PrefillRows = Attend.Constant("pagedAttentionPrefillRows");
        Grid = Attend.Constant("pagedAttentionBlocksPerMultiprocessor") * Device.MultiprocessorCount;
        Attend.WithSharedMemory(SharedMemory);
        AttendAnywhere?.WithSharedMemory(SharedMemory);
    }

    /// <summary>The device.</summary>
    public CudaDevice Device { get; }

    /// <summary>Attention.</summary>
    public CudaKernel Attend { get; }

    /// <summary>Attention over keys and values that may begin at any address; null where they lie in a cache.</summary>
    public CudaKernel? AttendAnywhere { get; }

    /// <summary>The merge of rows whose keys were cut.</summary>
    public CudaKernel Combine { get; }

    /// <summary>The storing of new keys and values; null where there is no cache.</summary>
    public CudaKernel? Store { get; }

    /// <summary>The bytes of shared memory of a block of attention.</summary>
    public int SharedMemory { get; }

    /// <summary>The rows of an item of the prefill form, at most.</summary>
    public int PrefillRows { get; }

    /// <summary>The blocks that the device holds at once.</summary>
    public int Grid { get; }

    private CudaKernel LoadAttention(AttentionLayerOptions options, bool areRowsAligned) =>
        Device.Kernels.Load(new KernelSpecification("PagedAttention.cu", KernelMacros.Attention(options, areRowsAligned)), "paged_attention");
}
