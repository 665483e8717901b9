namespace AttentionGen.Generators;

/// <summary>Lays out an assembly's manifest.</summary>
internal static class ManifestBuilder
{
    /// <summary>The manifest, or null where the assembly has no backend.</summary>
    /// <param name="backends">The assembly's backends, ordered; of several with one name the first is taken.</param>
    /// <param name="assemblyName">The assembly's name.</param>
    public static ManifestModel? Build(EquatableArray<BackendModel> backends, string assemblyName)
    {
        if (backends.IsEmpty)
            return null;

        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        HashSet<string> members = new(StringComparer.Ordinal);
        EquatableArray<ManifestEntry> entries = backends
            .Where(backend => names.Add(backend.Name))
            .Select(backend => new ManifestEntry(backend, UniqueMember(backend, members)))
            .ToEquatableArray();
        return new ManifestModel(assemblyName, $"{WellKnownNames.GeneratedNamespace}.{Identifier.ForAssembly(assemblyName)}", entries);
    }

    /// <summary>A manifest's backends as an application that references the assembly would read them.</summary>
    public static IEnumerable<RegistrationModel> Registrations(ManifestModel? manifest) =>
        manifest is null
            ? []
            : manifest.Entries.Select(entry => new RegistrationModel(
                entry.Backend.Name,
                entry.Backend.TypeName,
                manifest.AssemblyName,
                Identifier.Escape(manifest.FullName),
                entry.Member,
                entry.Backend.IsOverride));

    // Two names can meet in one Pascal-case form: A_B and A__B.
    private static string UniqueMember(BackendModel backend, HashSet<string> members)
    {
        string member = backend.InTreeMember ?? Identifier.ToPascalCase(backend.Name);
        while (!members.Add(member))
            member += "_";

        return member;
    }
}
