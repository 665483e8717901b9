using Microsoft.CodeAnalysis;

namespace AttentionGen.Generators;

/// <summary>The types of the runtime library that the rules are about, as one compilation sees them.</summary>
internal sealed class AttentionSymbols
{
    private AttentionSymbols(
        INamedTypeSymbol backendAttribute, INamedTypeSymbol supportAttribute, INamedTypeSymbol backendInterface,
        INamedTypeSymbol backendEnum, INamedTypeSymbol deviceEnum)
    {
        BackendAttribute = backendAttribute;
        SupportAttribute = supportAttribute;
        BackendInterface = backendInterface;
        BackendEnum = backendEnum;
        DeviceEnum = deviceEnum;
    }

    public INamedTypeSymbol BackendAttribute { get; }

    public INamedTypeSymbol SupportAttribute { get; }

    public INamedTypeSymbol BackendInterface { get; }

    public INamedTypeSymbol BackendEnum { get; }

    public INamedTypeSymbol DeviceEnum { get; }

    /// <summary>Finds them, or gives null where the compilation does not reference the runtime library.</summary>
    public static AttentionSymbols? Find(Compilation compilation) =>
        Find(compilation, WellKnownNames.BackendAttributeMetadataName) is { } backendAttribute
        && Find(compilation, WellKnownNames.SupportAttributeMetadataName) is { } supportAttribute
        && Find(compilation, WellKnownNames.BackendInterfaceMetadataName) is { } backendInterface
        && Find(compilation, WellKnownNames.BackendEnumMetadataName) is { } backendEnum
        && Find(compilation, WellKnownNames.DeviceEnumMetadataName) is { } deviceEnum
            ? new(backendAttribute, supportAttribute, backendInterface, backendEnum, deviceEnum)
            : null;

    /// <summary>The attribute that registers a class, or null.</summary>
    public AttributeData? FindBackendAttribute(INamedTypeSymbol type) =>
        type.GetAttributes().FirstOrDefault(IsBackendAttribute);

    /// <summary>The attributes by which a class declares its support, in source order.</summary>
    public IEnumerable<AttributeData> FindSupportAttributes(INamedTypeSymbol type) =>
        type.GetAttributes().Where(IsSupportAttribute);

    public bool ImplementsInterface(INamedTypeSymbol type) =>
        type.AllInterfaces.Contains(BackendInterface, SymbolEqualityComparer.Default);

    private bool IsBackendAttribute(AttributeData attribute) =>
        SymbolEqualityComparer.Default.Equals(attribute.AttributeClass, BackendAttribute);

    private bool IsSupportAttribute(AttributeData attribute) =>
        SymbolEqualityComparer.Default.Equals(attribute.AttributeClass, SupportAttribute);

    // By assembly, because a lookup by name alone gives null as soon as two references define the name.
    private static INamedTypeSymbol? Find(Compilation compilation, string metadataName) =>
        compilation.GetTypesByMetadataName(metadataName)
            .FirstOrDefault(static type => type.ContainingAssembly.Name == WellKnownNames.RuntimeAssembly);
}
