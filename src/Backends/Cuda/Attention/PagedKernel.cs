namespace AttentionGen.Cuda.Attention;

/// <summary>One specialisation of PagedAttention.cu, loaded on a device.</summary>
internal sealed class PagedKernel
{
    /// <summary>Compiles what has to be, and loads it.</summary>
    public PagedKernel(CudaDevice device, (string Name, string Value)[] macros)
    {
        Kernel = device.Kernels.Load(new KernelSpecification("PagedAttention.cu", macros), "paged_attention");
        SharedMemory = Kernel.Constant("pagedAttentionSharedBytes");
        PrefillRows = Kernel.Constant("pagedAttentionPrefillRows");
        DecodeKeys = Kernel.Constant("pagedAttentionDecodeKeys");
        Grid = Kernel.Constant("pagedAttentionBlocksPerMultiprocessor") * device.MultiprocessorCount;
        Kernel.WithSharedMemory(SharedMemory);
    }

    /// <summary>The kernel.</summary>
    public CudaKernel Kernel { get; }

    /// <summary>The bytes of shared memory of a block.</summary>
    public int SharedMemory { get; }

    /// <summary>The rows of an item of the prefill form, at most.</summary>
    public int PrefillRows { get; }

    /// <summary>The keys of a tile of the decode form.</summary>
    public int DecodeKeys { get; }

    /// <summary>The blocks that the device holds at once.</summary>
    public int Grid { get; }
}
