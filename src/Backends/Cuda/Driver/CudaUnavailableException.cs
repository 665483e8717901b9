namespace AttentionGen.Cuda;

/// <summary>
/// What the CUDA engine runs on is missing or too old: the NVIDIA driver, the device, or NVRTC, which compiles the kernels.
/// The message says which, and what to do.
/// </summary>
public sealed class CudaUnavailableException : Exception
{
    internal CudaUnavailableException(string message)
        : base(message)
    {
    }
}
