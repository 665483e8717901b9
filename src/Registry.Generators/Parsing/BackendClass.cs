using Microsoft.CodeAnalysis;

namespace AttentionGen.Generators;

/// <summary>
/// The rules for a class that can be registered. The generator leaves out what breaks them; analyzers say so while typing.
/// </summary>
internal static class BackendClass
{
    public static bool IsValid(INamedTypeSymbol type) =>
        type is { TypeKind: TypeKind.Class, IsAbstract: false, IsStatic: false }
        && IsReachable(type)
        && ImplementsBackend(type)
        && HasConstructor(type);

    /// <summary>Whether generated code in the same assembly can name the class: it and all that it is nested in.</summary>
    private static bool IsReachable(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? current = type; current is not null; current = current.ContainingType)
        {
            if (current.Arity > 0 || current.IsFileLocal || !IsAtLeastInternal(current.DeclaredAccessibility))
                return false;
        }

        return true;
    }

    private static bool ImplementsBackend(INamedTypeSymbol type) =>
        type.AllInterfaces.Any(static implemented => RuntimeSymbols.IsRuntimeType(implemented, WellKnownNames.BackendInterface));

    /// <summary>Whether the class wants the descriptor that its registry has for it: the interface's own member does nothing.</summary>
    public static bool TakesDescriptor(INamedTypeSymbol type) =>
        type.AllInterfaces.FirstOrDefault(static implemented => RuntimeSymbols.IsRuntimeType(implemented, WellKnownNames.BackendInterface)) is { } backend
        && backend.GetMembers(WellKnownNames.AttachMethod).FirstOrDefault() is { } attach
        && type.FindImplementationForInterfaceMember(attach) is { ContainingType.TypeKind: TypeKind.Class };

    private static bool HasConstructor(INamedTypeSymbol type) =>
        type.InstanceConstructors.FirstOrDefault(static constructor => constructor.Parameters.IsEmpty) is { } constructor
        && IsAtLeastInternal(constructor.DeclaredAccessibility)
        && (SetsRequiredMembers(constructor) || !HasRequiredMembers(type));

    private static bool SetsRequiredMembers(IMethodSymbol constructor) =>
        constructor.GetAttributes().Any(static attribute => attribute.AttributeClass?.Name == "SetsRequiredMembersAttribute");

    private static bool HasRequiredMembers(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            if (current.GetMembers().Any(static member => member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true }))
                return true;
        }

        return false;
    }

    private static bool IsAtLeastInternal(Accessibility accessibility) =>
        accessibility is Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal;
}
