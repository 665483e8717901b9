namespace AttentionGen.Libtorch;

/// <summary>The ways in which libtorch fails to load.</summary>
public enum LibtorchLoadFailure
{
    /// <summary>No libtorch was found.</summary>
    NotFound,

    /// <summary>libtorch was found, TorchSharp's native library was not.</summary>
    TorchSharpNotFound,

    /// <summary>A library was found and the system's loader refused it.</summary>
    RefusedByLoader,

    /// <summary>TorchSharp's native library needs the remedy for older C++ runtimes, which could not be applied.</summary>
    RemedyFailed,

    /// <summary>CUDA was asked for and every libtorch found is a CPU build.</summary>
    CpuBuild,

    /// <summary>CUDA was asked for and the NVIDIA driver is absent or does not start.</summary>
    NoDriver,

    /// <summary>CUDA was asked for and the NVIDIA driver sees no device.</summary>
    NoDevice,

    /// <summary>A libtorch is loaded already, and it is not the one asked for.</summary>
    Contradiction,

    /// <summary>The libtorch found lacks a function that this library calls.</summary>
    TooOld,
}
