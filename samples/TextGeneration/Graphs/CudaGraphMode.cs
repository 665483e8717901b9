namespace TextGeneration.Graphs;

/// <summary>Whether steps that only decode are replayed from CUDA graphs.</summary>
internal enum CudaGraphMode
{
    /// <summary>Where the device is a CUDA device and the backend declares that it can be captured.</summary>
    Auto,

    /// <summary>Always; a device or a backend that cannot is an error.</summary>
    On,

    /// <summary>Never.</summary>
    Off,
}
