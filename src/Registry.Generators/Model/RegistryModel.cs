namespace AttentionGen.Generators;

/// <summary>What is emitted for an application.</summary>
/// <param name="Namespace">The namespace in C# form; empty for the global one.</param>
/// <param name="InTree">The in-tree backends in order of their values: the first places.</param>
/// <param name="Names">All names, one for each place.</param>
/// <param name="Entries">The registered backends, ordered by name.</param>
internal sealed record RegistryModel(
    string Namespace, EquatableArray<InTreeBackend> InTree, EquatableArray<string> Names, EquatableArray<RegistryEntry> Entries);

/// <summary>One registered backend of an application.</summary>
/// <param name="Place">Its place among the names.</param>
/// <param name="Registration">The registration that won the name.</param>
internal sealed record RegistryEntry(int Place, RegistrationModel Registration);
