namespace AttentionGen.Generators;

/// <summary>What is emitted for an application.</summary>
/// <param name="Namespace">The namespace in C# form; empty for the global one.</param>
/// <param name="InTree">The in-tree backends in order of their values: the first places.</param>
/// <param name="Names">All names, one for each place.</param>
/// <param name="Entries">The registered backends, ordered by name.</param>
internal sealed record RegistryModel(
    string Namespace, EquatableArray<InTreeBackend> InTree, EquatableArray<string> Names, EquatableArray<RegistryEntry> Entries)
{
    /// <summary>The entries with an in-tree name, in order of their places.</summary>
    public IEnumerable<RegistryEntry> InTreeEntries =>
        Entries.Where(entry => entry.Place < InTree.Count).OrderBy(static entry => entry.Place);

    /// <summary>The entries with a name of their own, in order of their places.</summary>
    public IEnumerable<RegistryEntry> OtherEntries =>
        Entries.Where(entry => entry.Place >= InTree.Count).OrderBy(static entry => entry.Place);
}

/// <summary>One registered backend of an application.</summary>
/// <param name="Place">Its place among the names: the value of an in-tree name, a number after all of those for any other.</param>
/// <param name="Registration">The registration that won the name.</param>
internal sealed record RegistryEntry(int Place, RegistrationModel Registration);
