namespace AttentionGen.Libtorch;

/// <summary>Where a libtorch was found, in the order of search.</summary>
public enum LibtorchOrigin
{
    /// <summary>Something else in this process had loaded it before.</summary>
    AlreadyLoaded,

    /// <summary>The directory that the user named.</summary>
    Named,

    /// <summary>The application's own folder.</summary>
    Application,

    /// <summary>NuGet's package folder.</summary>
    NuGet,

    /// <summary>A PyTorch installed for Python.</summary>
    Python,

    /// <summary>An entry of the system loader's search path (<c>LD_LIBRARY_PATH</c> and its like).</summary>
    LibraryPath,
}
