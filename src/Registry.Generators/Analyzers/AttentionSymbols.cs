using Microsoft.CodeAnalysis;

namespace AttentionGen.Generators.Analyzers;

/// <summary>The types of the runtime library that the rules are about, as one compilation sees them.</summary>
internal sealed class AttentionSymbols
{
    private const string RuntimeAssembly = "AttentionGen";

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
        Find(compilation, "AttentionGen.AttentionBackendAttribute") is { } backendAttribute
        && Find(compilation, "AttentionGen.AttentionSupportAttribute") is { } supportAttribute
        && Find(compilation, "AttentionGen.IAttentionBackend") is { } backendInterface
        && Find(compilation, "AttentionGen.Backend") is { } backendEnum
        && Find(compilation, "AttentionGen.DeviceKind") is { } deviceEnum
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
            .FirstOrDefault(static type => type.ContainingAssembly.Name == RuntimeAssembly);
}
