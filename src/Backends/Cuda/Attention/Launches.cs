namespace AttentionGen.Cuda.Attention;

/// <summary>
/// The launches of one forward pass, in their order. All but the first may begin before the one before has ended, where the device can:
/// the kernels wait by themselves for what they read.
/// </summary>
/// <param name="stream">The stream.</param>
/// <param name="isCapturing">Whether it is being captured.</param>
/// <param name="overlap">Whether launches may overlap.</param>
internal struct Launches(nint stream, bool isCapturing, bool overlap)
{
    private bool _hasFirst;

    /// <summary>Whether they are captured.</summary>
    public readonly bool IsCapturing => isCapturing;

    /// <summary>Whether launches may overlap.</summary>
    public readonly bool Overlap => overlap;

    /// <summary>Launches a kernel.</summary>
    /// <exception cref="CudaException">The launch was refused, or a kernel before it failed.</exception>
    public void Launch<TParameters>(CudaKernel kernel, in LaunchShape shape, in TParameters parameters)
        where TParameters : unmanaged
    {
        kernel.Launch(shape with { OverlapsPrevious = _hasFirst && overlap }, parameters, stream);
        _hasFirst = true;
    }
}
