using Microsoft.CodeAnalysis;

namespace AttentionGen.Generators;

/// <summary>Recognises the types of the runtime library.</summary>
internal static class RuntimeSymbols
{
    public static bool IsRuntimeType(INamedTypeSymbol? type, string name) =>
        type is { ContainingType: null, ContainingNamespace: { Name: WellKnownNames.RuntimeNamespace, ContainingNamespace.IsGlobalNamespace: true } }
        && type.Name == name
        && type.ContainingAssembly.Name == WellKnownNames.RuntimeAssembly;
}
