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
    private readonly KnownNames _names;
    private readonly Lazy<Dictionary<(string TypeName, string Name), BackendDeclaration>> _declarationsByClass;

    private RegistryRules(ImmutableArray<BackendDeclaration> declarations, CompilationModel compilation)
    {
        _declarations = [.. declarations.OrderBy(static declaration => declaration.Model, BackendOrder.Comparer)];
        _manifest = ManifestBuilder.Build(_declarations.Select(static declaration => declaration.Model).ToEquatableArray(), compilation.AssemblyName);
        _compilation = compilation;
        _names = new KnownNames(compilation, _declarations.Select(static declaration => declaration.Model.Name));
        _declarationsByClass = new(IndexDeclarations);
    }

    public static EquatableArray<DiagnosticInfo> Check(
        ImmutableArray<BackendDeclaration> declarations, CompilationModel compilation, RegistryOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RegistryRules rules = new(declarations, compilation);
        IEnumerable<DiagnosticInfo> found = rules.DuplicatesInAssembly().Concat(rules.SimilarNames());
        if (RegistryBuilder.HasRegistry(compilation, options))
            found = found.Concat(rules.Conflicts()).Concat(rules.ManifestVersions()).Concat(rules.MissingRequired(options.Required));

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
                    new([other.Model.Name, first.Model.TypeName, other.Model.TypeName]))
                {
                    SuggestedName = _names.SuggestFor(other.Model),
                };
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
            else if (claims.Originals.Count == 0 && FindDeclaration(claims.Winner) is { } declaration)
                yield return new(RegistryDiagnostics.NothingOverridden, declaration.Location, null, new([claims.Winner.TypeName, claims.Winner.Name]));
        }
    }

    // A place in another compilation cannot be reported, so a conflict between references has none.
    private DiagnosticInfo Conflict(DiagnosticDescriptor rule, IReadOnlyList<RegistrationModel> claims)
    {
        BackendDeclaration? own = FindDeclaration(claims[0]);
        return new(rule, own?.Location, null,
            new([claims[0].Name, claims[0].TypeName, claims[0].AssemblyName, claims[1].TypeName, claims[1].AssemblyName]))
        {
            SuggestedName = own is null ? null : _names.SuggestFor(own.Model),
        };
    }

    // Only a name of this assembly can be changed here: pairs of names of others are not its business.
    private IEnumerable<DiagnosticInfo> SimilarNames()
    {
        foreach (BackendDeclaration declaration in _declarations.Where(static declaration => declaration.Model.InTreeMember is null))
        {
            string name = declaration.Model.Name;
            if (_names.FindEarlierAlike(name) is { } earlier)
            {
                yield return new(RegistryDiagnostics.SimilarNames, declaration.Location, null, new([name, earlier, name]))
                {
                    SuggestedName = _names.SuggestFor(declaration.Model),
                };
            }
        }
    }

    private IEnumerable<DiagnosticInfo> MissingRequired(EquatableArray<string> required)
    {
        HashSet<string> served = new(NameClaims.Of(_manifest, _compilation).Select(static claims => claims.Winner.Name), StringComparer.OrdinalIgnoreCase);
        ImmutableArray<string> known = [.. _names.All];
        foreach (string name in required.Where(name => !served.Contains(name)))
        {
            bool isKnown = known.Contains(name, StringComparer.OrdinalIgnoreCase);
            yield return !isKnown && NameDistance.Nearest(name, known) is { } nearest
                ? new(RegistryDiagnostics.RequiredUnknown, null, null, new([name, nearest]))
                : new(RegistryDiagnostics.RequiredNotServed, null, null, new([name]));
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

    private BackendDeclaration? FindDeclaration(RegistrationModel registration) =>
        registration.AssemblyName == _compilation.AssemblyName
        && _declarationsByClass.Value.TryGetValue((registration.TypeName, registration.Name), out BackendDeclaration? declaration)
            ? declaration
            : null;

    private Dictionary<(string TypeName, string Name), BackendDeclaration> IndexDeclarations()
    {
        Dictionary<(string TypeName, string Name), BackendDeclaration> declarations = [];
        foreach (BackendDeclaration declaration in _declarations)
        {
            (string TypeName, string Name) key = (declaration.Model.TypeName, declaration.Model.Name);
            if (!declarations.ContainsKey(key))
                declarations.Add(key, declaration);
        }

        return declarations;
    }
}
