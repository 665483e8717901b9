namespace AttentionGen.Cuda.Attention;

/// <summary>The kernel for requests of few rows that has the copy engine bring pages: PagedAttention.cu with <c>TENSOR_COPIES</c>.</summary>
internal sealed class TensorDecodeKernel
{
    /// <summary>Compiles what has to be, and loads it.</summary>
    public TensorDecodeKernel(CudaDevice device, AttentionLayerOptions options)
    {
        Kernel = new PagedKernel(device, KernelMacros.TensorDecode(options));
        Maps = new PageMaps(device, hasGroups: true);
    }

    /// <summary>The kernel.</summary>
    public PagedKernel Kernel { get; }

    /// <summary>How it reads keys and values.</summary>
    public PageMaps Maps { get; }

    /// <summary>Whether the kernel computes what a layer asks for.</summary>
    public static bool Takes(CudaDevice device, AttentionLayerOptions options) =>
        device.ComputeCapability == CudaArchitecture.Hopper && options.ElementType != ElementType.Float32 && PageMaps.ArePanels(options);
}
