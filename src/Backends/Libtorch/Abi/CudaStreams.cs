namespace AttentionGen.Libtorch;

/// <summary>The CUDA streams of libtorch.</summary>
public static class CudaStreams
{
    /// <summary>
    /// The <c>cudaStream_t</c> (a driver's <c>CUstream</c>) that libtorch's operators run on, for the calling thread. 0 is
    /// the default stream. libtorch owns it.
    /// </summary>
    /// <param name="deviceIndex">The device.</param>
    /// <exception cref="InvalidOperationException">libtorch is a CPU build, or has no such device.</exception>
    public static nint Current(int deviceIndex) => LibtorchRuntime.Abi.CurrentCudaStream(deviceIndex);
}
