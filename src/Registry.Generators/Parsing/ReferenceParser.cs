using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AttentionGen.Generators;

/// <summary>
/// Finds the backends of references by their assembly attributes. Runs at each edit, so it opens no type, and asks only
/// the few assemblies for attributes whose module references the runtime library.
/// </summary>
internal static class ReferenceParser
{
    public static EquatableArray<ReferenceModel> Parse(Compilation compilation, CancellationToken cancellationToken)
    {
        List<ReferenceModel> references = [];
        foreach (IAssemblySymbol assembly in FindDependents(compilation))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (ParseAssembly(assembly) is { } reference)
                references.Add(reference);
        }

        return references.OrderBy(static reference => reference.AssemblyName, StringComparer.Ordinal).ToEquatableArray();
    }

    /// <summary>The references whose attributes are read: those that can have registered a backend, and that generated code can name.</summary>
    public static IEnumerable<IAssemblySymbol> FindDependents(Compilation compilation) =>
        compilation.SourceModule.ReferencedAssemblySymbols.Where(assembly =>
            ReferencesRuntime(assembly) && IsInGlobalNamespace(compilation, assembly));

    private static bool ReferencesRuntime(IAssemblySymbol assembly) =>
        assembly.Modules.Any(static module =>
            module.ReferencedAssemblies.Any(static identity => identity.Name == WellKnownNames.RuntimeAssembly));

    // Generated code says global::, which does not reach an assembly that is referenced under an extern alias alone.
    private static bool IsInGlobalNamespace(Compilation compilation, IAssemblySymbol assembly) =>
        compilation.GetMetadataReference(assembly)?.Properties.Aliases is not { IsDefaultOrEmpty: false } aliases
        || aliases.Contains(MetadataReferenceProperties.GlobalAlias);

    private static ReferenceModel? ParseAssembly(IAssemblySymbol assembly)
    {
        AttributeData[] attributes =
        [
            .. assembly.GetAttributes().Where(static attribute =>
                RuntimeSymbols.IsRuntimeType(attribute.AttributeClass, WellKnownNames.RegisteredAttribute)),
        ];
        if (attributes.Length == 0)
            return null;

        foreach (AttributeData attribute in attributes)
        {
            int version = attribute.ConstructorArguments is [{ Value: int written }, ..] ? written : 0;
            if (version != WellKnownNames.ManifestVersion)
                return new ReferenceModel(assembly.Name, version, EquatableArray<RegistrationModel>.Empty);
        }

        return new ReferenceModel(
            assembly.Name,
            WellKnownNames.ManifestVersion,
            attributes
                .Select(attribute => ParseAttribute(attribute, assembly.Name))
                .OfType<RegistrationModel>()
                .OrderBy(static backend => backend.Name, StringComparer.Ordinal)
                .ThenBy(static backend => backend.TypeName, StringComparer.Ordinal)
                .ToEquatableArray());
    }

    // The strings end up in generated code, and an attribute can be written by hand: nothing but names gets through.
    private static RegistrationModel? ParseAttribute(AttributeData attribute, string assemblyName) =>
        attribute.ConstructorArguments is
            [_, { Value: string name }, { Value: string typeName }, { Value: string manifest }, { Value: string member }, { Value: bool isOverride }]
        && BackendName.IsWellFormed(name)
        && Identifier.IsEscapedDottedName(manifest)
        && SyntaxFacts.IsValidIdentifier(member)
            ? new RegistrationModel(name, typeName, assemblyName, manifest, member, isOverride)
            : null;
}
