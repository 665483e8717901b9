namespace AttentionGen.Cuda;

/// <summary>A call of the CUDA driver failed.</summary>
/// <remarks>
/// A kernel that fails does so after its launch has returned, and the driver tells of it in whatever call comes next. Such
/// an error (<see cref="IsSticky"/>) ends the use of the device in this process: it is reported in full once, and later calls
/// throw at once and refer to it.
/// </remarks>
public sealed class CudaException : Exception
{
    internal CudaException(int code, string name, string call, bool isSticky, string message)
        : base(message)
    {
        Code = code;
        Name = name;
        Call = call;
        IsSticky = isSticky;
    }

    /// <summary>The driver's number of the error, a <c>CUresult</c>.</summary>
    public int Code { get; }

    /// <summary>The driver's name of the error, for example <c>CUDA_ERROR_OUT_OF_MEMORY</c>.</summary>
    public string Name { get; }

    /// <summary>The function that reported the error.</summary>
    public string Call { get; }

    /// <summary>Whether the device cannot be used by this process any more.</summary>
    public bool IsSticky { get; }

    /// <summary>Whether the device's memory did not suffice.</summary>
    public bool IsOutOfMemory => Code == CudaErrors.OutOfMemory;
}
