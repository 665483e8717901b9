using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;

namespace AttentionGen.Generators;

/// <summary>Checks what one class alone cannot show: names that meet within an assembly or across assemblies.</summary>
internal sealed class RegistryRules
{
    private readonly ImmutableArray<BackendDeclaration> _declarations;
    private readonly ManifestModel? _manifest;
    private readonly CompilationModel _compilation;
    private readonly Lazy<Dictionary<(string TypeName, string Name), Location>> _locations;

    private RegistryRules(ImmutableArray<BackendDeclaration> declarations, CompilationModel compilation)
    {
        _declarations = [.. declarations.OrderBy(static declaration => declaration.Model, BackendOrder.Comparer)];
        _manifest = ManifestBuilder.Build(_declarations.Select(static declaration => declaration.Model).ToEquatableArray(), compilation.AssemblyName);
        _compilation = compilation;
        _locations = new(IndexLocations);
    }

    public static EquatableArray<DiagnosticInfo> Check(
        ImmutableArray<BackendDeclaration> declarations, CompilationModel compilation, RegistryOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RegistryRules rules = new(declarations, compilation);
        IEnumerable<DiagnosticInfo> found = rules.DuplicatesInAssembly().Concat(rules.SimilarNames());
        if (RegistryBuilder.HasRegistry(compilation, options))
            found = found.Concat(rules.Conflicts()).Concat(rules.ManifestVersions());

        return found.ToEquatableArray();
    }

    private IEnumerable<DiagnosticInfo> DuplicatesInAssembly()
    {
        foreach (IGrouping<string, BackendDeclaration> group in _declarations.GroupBy(static declaration => declaration.Model.Name, StringComparer.OrdinalIgnoreCase))
        {
            BackendDeclaration first = group.First();
            foreach (BackendDeclaration other in group.Where(other => other.Model.TypeName != first.Model.TypeName))
            {
                yield return new(RegistryDiagnostics.DuplicateInAssembly, other.Location, first.Location,
                    new([other.Model.Name, first.Model.TypeName, other.Model.TypeName]));
            }
        }
    }

    private IEnumerable<DiagnosticInfo> Conflicts()
    {
        foreach (NameClaims claims in NameClaims.Of(_manifest, _compilation))
        {
            if (claims.Overrides.Count > 1)
                yield return Conflict(RegistryDiagnostics.OverriddenTwice, claims.Overrides);
            else if (claims.Overrides.Count == 0 && claims.Originals.Count > 1)
                yield return Conflict(RegistryDiagnostics.DuplicateAcrossAssemblies, claims.Originals);
            else if (claims.Originals.Count == 0 && FindLocation(claims.Winner) is { } location)
                yield return new(RegistryDiagnostics.NothingOverridden, location, null, new([claims.Winner.TypeName, claims.Winner.Name]));
        }
    }

    // A place in another compilation cannot be reported, so a conflict between references has none.
    private DiagnosticInfo Conflict(DiagnosticDescriptor rule, IReadOnlyList<RegistrationModel> claims) =>
        new(rule, FindLocation(claims[0]), null,
            new([claims[0].Name, claims[0].TypeName, claims[0].AssemblyName, claims[1].TypeName, claims[1].AssemblyName]));

    private IEnumerable<DiagnosticInfo> SimilarNames()
    {
        // Only a name of this assembly can be changed here: pairs of names of others are not its business.
        string[] names =
        [
            .. _compilation.InTree.Select(static backend => backend.Name)
                .Concat(_compilation.References.SelectMany(static reference => reference.Backends).Select(static backend => backend.Name))
                .Concat(_declarations.Select(static declaration => declaration.Model.Name))
                .Distinct(StringComparer.OrdinalIgnoreCase),
        ];
        // The first name of each spelling without underscores is the one that the others come too near to.
        Dictionary<string, string> first = new(StringComparer.OrdinalIgnoreCase);
        foreach (string name in names)
        {
            string letters = name.Replace("_", "");
            if (!first.ContainsKey(letters))
                first.Add(letters, name);
        }

        foreach (BackendDeclaration declaration in _declarations.Where(static declaration => declaration.Model.InTreeMember is null))
        {
            string name = declaration.Model.Name;
            string earlier = first[name.Replace("_", "")];
            if (!StringComparer.OrdinalIgnoreCase.Equals(earlier, name))
                yield return new(RegistryDiagnostics.SimilarNames, declaration.Location, null, new([name, earlier, name]));
        }
    }

    private IEnumerable<DiagnosticInfo> ManifestVersions()
    {
        foreach (ReferenceModel reference in _compilation.References.Where(static reference => reference.ManifestVersion != WellKnownNames.ManifestVersion))
        {
            bool isOlder = reference.ManifestVersion < WellKnownNames.ManifestVersion;
            yield return new(RegistryDiagnostics.ManifestVersionDiffers, null, null, new(
            [
                reference.AssemblyName,
                reference.ManifestVersion.ToString(CultureInfo.InvariantCulture),
                WellKnownNames.ManifestVersion.ToString(CultureInfo.InvariantCulture),
                isOlder ? $"'{reference.AssemblyName}'" : "the package AttentionGen",
            ]));
        }
    }

    private Location? FindLocation(RegistrationModel registration) =>
        registration.AssemblyName == _compilation.AssemblyName
        && _locations.Value.TryGetValue((registration.TypeName, registration.Name), out Location? location)
            ? location
            : null;

    private Dictionary<(string TypeName, string Name), Location> IndexLocations()
    {
        Dictionary<(string TypeName, string Name), Location> locations = [];
        foreach (BackendDeclaration declaration in _declarations)
        {
            (string TypeName, string Name) key = (declaration.Model.TypeName, declaration.Model.Name);
            if (!locations.ContainsKey(key))
                locations.Add(key, declaration.Location);
        }

        return locations;
    }
}
