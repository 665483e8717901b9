namespace AttentionGen.Generators;

/// <summary>What is emitted for an assembly that has backends.</summary>
/// <param name="AssemblyName">The assembly's name.</param>
/// <param name="Namespace">The manifest's namespace.</param>
/// <param name="Entries">The backends, ordered by name.</param>
internal sealed record ManifestModel(string AssemblyName, string Namespace, EquatableArray<ManifestEntry> Entries)
{
    /// <summary>The full name of the manifest class in C# form, without <c>global::</c>.</summary>
    public string FullName => $"{Namespace}.{WellKnownNames.ManifestClass}";
}

/// <summary>One backend of a manifest.</summary>
/// <param name="Backend">The class.</param>
/// <param name="Member">What follows <c>Create</c> and <c>Describe</c>.</param>
internal sealed record ManifestEntry(BackendModel Backend, string Member);
