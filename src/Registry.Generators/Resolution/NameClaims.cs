namespace AttentionGen.Generators;

/// <summary>All registrations of one name in an application, and which of them gets it.</summary>
/// <remarks>
/// An override takes the name from any number of registrations that are none. Where that does not decide, it is an error,
/// and the application's own class, else the first assembly by name, gets it: the rest of the build still sees a registry.
/// </remarks>
internal sealed class NameClaims
{
    private NameClaims(IEnumerable<RegistrationModel> claims, string applicationName)
    {
        RegistrationModel[] ordered =
        [
            .. claims
                .OrderByDescending(claim => claim.AssemblyName == applicationName)
                .ThenBy(static claim => claim.AssemblyName, StringComparer.Ordinal)
                .ThenBy(static claim => claim.TypeName, StringComparer.Ordinal),
        ];
        Overrides = [.. ordered.Where(static claim => claim.IsOverride)];
        Originals = [.. ordered.Where(static claim => !claim.IsOverride)];
    }

    public IReadOnlyList<RegistrationModel> Overrides { get; }

    public IReadOnlyList<RegistrationModel> Originals { get; }

    public RegistrationModel Winner => Overrides.Count > 0 ? Overrides[0] : Originals[0];

    /// <summary>The claims of an application, ordered by the name that wins.</summary>
    public static IReadOnlyList<NameClaims> Of(ManifestModel? manifest, CompilationModel compilation) =>
    [
        .. ManifestBuilder.Registrations(manifest)
            .Concat(compilation.References.SelectMany(static reference => reference.Backends))
            .GroupBy(static registration => registration.Name, StringComparer.OrdinalIgnoreCase)
            .Select(group => new NameClaims(group, compilation.AssemblyName))
            .OrderBy(static claims => claims.Winner.Name, StringComparer.Ordinal),
    ];
}
