using Microsoft.CodeAnalysis;

namespace AttentionGen.Generators;

/// <summary>
/// The rules for a class that can be registered. The generator leaves out what breaks them; analyzers say so while typing.
/// </summary>
internal static class BackendClass
{
    public static bool IsValid(INamedTypeSymbol type) =>
        type is { TypeKind: TypeKind.Class, IsAbstract: false, IsStatic: false, IsGenericType: false }
        && !RegistryReach.SelfAndContainingTypes(type).Any(static outer => outer.IsFileLocal)
        && !RegistryReach.FindUnreachable(type).Any()
        && ImplementsBackend(type)
        && ParameterlessConstructor.CanBeCalled(type);

    private static bool ImplementsBackend(INamedTypeSymbol type) =>
        type.AllInterfaces.Any(static implemented => RuntimeSymbols.IsRuntimeType(implemented, WellKnownNames.BackendInterface));
}
