namespace AttentionGen.Libtorch;

/// <summary>The libtorch that this process runs on, and where each part of it came from.</summary>
/// <param name="Directory">The directory of libtorch's libraries.</param>
/// <param name="Origin">How <paramref name="Directory"/> was found.</param>
/// <param name="Version">libtorch's version, or <see langword="null"/> when it does not tell.</param>
/// <param name="HasCuda">Whether it was built for CUDA. That says nothing of a driver or a device.</param>
/// <param name="TorchSharpLibrary">
/// The file of TorchSharp's native library that was loaded: a copy in the user's cache when
/// <paramref name="RemedyApplied"/> is set.
/// </param>
/// <param name="TorchSharpSource">The file of TorchSharp's native library as it was installed.</param>
/// <param name="RemedyApplied">
/// Whether the system's C++ runtime is older than TorchSharp's native library asks for, so that a copy of that library
/// which does without the newer part was loaded instead. See docs/libtorch.md.
/// </param>
public sealed record LibtorchInstallation(
    string Directory,
    LibtorchOrigin Origin,
    Version? Version,
    bool HasCuda,
    string TorchSharpLibrary,
    string TorchSharpSource,
    bool RemedyApplied);
