using AttentionGen.Libtorch;

namespace AttentionGen.Cuda;

/// <summary>
/// A time in which a stream is libtorch's current one. Ends when it is disposed, which has to be on the thread that began it,
/// and before a scope around it ends.
/// </summary>
public readonly ref struct CudaStreamScope : IDisposable
{
    private readonly nint _guard;

    internal CudaStreamScope(nint guard) => _guard = guard;

    /// <summary>Makes the stream from before the current one again.</summary>
    public void Dispose()
    {
        if (_guard != 0)
            LibtorchRuntime.Abi.DeleteCudaStreamGuard(_guard);
    }
}
