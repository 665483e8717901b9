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
        && FindInterface(type) is not null
        && ParameterlessConstructor.CanBeCalled(type);

    /// <summary>Whether the class wants the descriptor that its registry has for it: the interface's own member does nothing.</summary>
    public static bool TakesDescriptor(INamedTypeSymbol type) =>
        FindInterface(type)?.GetMembers(WellKnownNames.AttachMethod).FirstOrDefault() is { } attach
        && type.FindImplementationForInterfaceMember(attach) is { ContainingType.TypeKind: TypeKind.Class };

    private static INamedTypeSymbol? FindInterface(INamedTypeSymbol type) =>
        type.AllInterfaces.FirstOrDefault(static implemented => RuntimeSymbols.IsRuntimeType(implemented, WellKnownNames.BackendInterface));
}
