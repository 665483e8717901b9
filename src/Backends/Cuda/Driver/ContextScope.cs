namespace AttentionGen.Cuda;

/// <summary>A time in which a device's context is the calling thread's. Undoes that when it is disposed, on the same thread.</summary>
/// <param name="device">The device whose context was made current; null: it was current before.</param>
internal readonly ref struct ContextScope(CudaDevice? device) : IDisposable
{
    public void Dispose() => device?.Leave();
}
