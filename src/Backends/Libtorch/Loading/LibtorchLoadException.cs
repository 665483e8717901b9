namespace AttentionGen.Libtorch;

/// <summary>libtorch could not be loaded. The message says what was tried, the system loader's own reason, and the remedy.</summary>
public sealed class LibtorchLoadException : Exception
{
    /// <summary>Reports <paramref name="failure"/> with the given message.</summary>
    public LibtorchLoadException(LibtorchLoadFailure failure, string message, Exception? innerException = null)
        : base(message, innerException) => Failure = failure;

    /// <summary>Which way it failed.</summary>
    public LibtorchLoadFailure Failure { get; }
}
