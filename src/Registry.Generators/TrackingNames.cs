namespace AttentionGen.Generators;

/// <summary>The names of the pipeline's steps, by which tests ask why a step ran.</summary>
internal static class TrackingNames
{
    /// <summary>One attributed class each, with its place in the source.</summary>
    public const string Declarations = nameof(Declarations);

    /// <summary>All attributed classes of the assembly, ordered, without their places.</summary>
    public const string Backends = nameof(Backends);

    /// <summary>What is read from the compilation: its name, its kind, the in-tree names, the referenced backends.</summary>
    /// <remarks>Not called Compilation: the driver tracks its own input under that name.</remarks>
    public const string CompilationModel = nameof(CompilationModel);

    /// <summary>The MSBuild properties.</summary>
    public const string Options = nameof(Options);

    /// <summary>The model of the manifest.</summary>
    public const string Manifest = nameof(Manifest);

    /// <summary>The model of the registry.</summary>
    public const string Registry = nameof(Registry);

    /// <summary>What is reported.</summary>
    public const string Diagnostics = nameof(Diagnostics);
}
