namespace AttentionGen.Cuda;

/// <summary>NVRTC did not compile a kernel. The message and <see cref="Log"/> hold what the compiler said.</summary>
public sealed class KernelCompilationException : Exception
{
    internal KernelCompilationException(string message, string log)
        : base(message) => Log = log;

    /// <summary>The compiler's log.</summary>
    public string Log { get; }
}
