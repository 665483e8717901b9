namespace AttentionGen.Generators;

/// <summary>Lays out an application's registry.</summary>
internal static class RegistryBuilder
{
    /// <summary>Whether the compilation gets a registry: an application unless it says no, anything else if it says yes.</summary>
    public static bool HasRegistry(CompilationModel compilation, RegistryOptions options) =>
        !compilation.InTree.IsEmpty && (options.EmitRegistry ?? compilation.IsApplication);

    /// <summary>The registry, or null where the compilation gets none.</summary>
    public static RegistryModel? Build(ManifestModel? manifest, CompilationModel compilation, RegistryOptions options)
    {
        if (!HasRegistry(compilation, options))
            return null;

        RegistrationModel[] winners = [.. NameClaims.Of(manifest, compilation).Select(static claims => claims.Winner)];
        Dictionary<string, int> places = new(StringComparer.OrdinalIgnoreCase);
        foreach (InTreeBackend backend in compilation.InTree)
            places[backend.Name] = places.Count;

        string[] otherNames = [.. winners.Select(static winner => winner.Name).Where(name => !places.ContainsKey(name))];
        foreach (string name in otherNames)
            places[name] = places.Count;

        return new RegistryModel(
            Identifier.Escape(Identifier.ToDottedName(options.RootNamespace ?? compilation.AssemblyName)),
            compilation.InTree,
            compilation.InTree.Select(static backend => backend.Name).Concat(otherNames).ToEquatableArray(),
            winners.Select(winner => new RegistryEntry(places[winner.Name], winner)).ToEquatableArray());
    }
}
