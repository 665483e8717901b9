using Microsoft.CodeAnalysis;

namespace AttentionGen.Generators;

/// <summary>Reads an attributed class.</summary>
internal static class BackendParser
{
    private static readonly SymbolDisplayFormat s_fullName =
        SymbolDisplayFormat.FullyQualifiedFormat
            .WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted)
            .WithMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.None);

    /// <summary>The class, or null where it breaks a rule: the analyzers speak of those.</summary>
    public static BackendDeclaration? Parse(GeneratorAttributeSyntaxContext context, CancellationToken cancellationToken)
    {
        AttributeData attribute = context.Attributes[0];
        if (context.TargetSymbol is not INamedTypeSymbol type || !BackendClass.IsValid(type))
            return null;

        cancellationToken.ThrowIfCancellationRequested();
        if (ParseName(attribute) is not { } name || attribute.ApplicationSyntaxReference is not { } place)
            return null;

        cancellationToken.ThrowIfCancellationRequested();
        BackendModel model = new(
            name.Name, name.InTreeMember, type.ToDisplayString(s_fullName), IsOverride(attribute), BackendClass.TakesDescriptor(type), SupportParser.Parse(type));
        return new BackendDeclaration(model, place.GetSyntax(cancellationToken).GetLocation());
    }

    private static (string Name, string? InTreeMember)? ParseName(AttributeData attribute)
    {
        INamedTypeSymbol? backendEnum = attribute.AttributeClass?.ContainingAssembly.GetTypeByMetadataName(WellKnownNames.BackendEnumMetadataName);
        if (backendEnum is null || attribute.ConstructorArguments is not [{ Kind: not TypedConstantKind.Error } argument])
            return null;

        EquatableArray<InTreeBackend> inTree = InTreeParser.Parse(backendEnum);
        return argument.Value switch
        {
            int value when value >= 0 && value < inTree.Count => (inTree[value].Name, inTree[value].Member),
            string name when BackendName.IsWellFormed(name) && !inTree.Any(known => StringComparer.OrdinalIgnoreCase.Equals(known.Name, name)) => (name, null),
            _ => null,
        };
    }

    private static bool IsOverride(AttributeData attribute) =>
        attribute.NamedArguments.Any(static argument => argument.Key == WellKnownNames.OverrideProperty && argument.Value.Value is true);
}
