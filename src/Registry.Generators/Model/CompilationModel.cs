namespace AttentionGen.Generators;

/// <summary>All that is read from a compilation apart from its attributed classes.</summary>
/// <param name="AssemblyName">The assembly's name.</param>
/// <param name="IsApplication">Whether it is compiled to an executable.</param>
/// <param name="InTree">The in-tree backends in order of their values; empty where the runtime library is not referenced.</param>
/// <param name="References">The references that register backends, ordered by name.</param>
internal sealed record CompilationModel(
    string AssemblyName, bool IsApplication, EquatableArray<InTreeBackend> InTree, EquatableArray<ReferenceModel> References);
