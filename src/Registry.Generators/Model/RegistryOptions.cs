namespace AttentionGen.Generators;

/// <summary>The MSBuild properties that the generator reads.</summary>
/// <param name="RootNamespace">RootNamespace, or null where the build does not say.</param>
/// <param name="EmitRegistry">AttentionGenRegistry, or null where it is not set: applications get a registry.</param>
/// <param name="Required">The names in AttentionGenRequire, each once: an application without them does not build.</param>
internal sealed record RegistryOptions(string? RootNamespace, bool? EmitRegistry, EquatableArray<string> Required);
