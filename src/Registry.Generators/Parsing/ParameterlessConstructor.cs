using Microsoft.CodeAnalysis;

namespace AttentionGen.Generators;

/// <summary>The one way in which the registry makes an instance: <c>new T()</c>.</summary>
internal static class ParameterlessConstructor
{
    public static IMethodSymbol? Find(INamedTypeSymbol type) =>
        type.InstanceConstructors.FirstOrDefault(static constructor => constructor.Parameters.IsEmpty);

    public static bool CanBeCalled(INamedTypeSymbol type) =>
        Find(type) is { } constructor
        && RegistryReach.IsReachable(constructor.DeclaredAccessibility)
        && !IsObsoleteAsError(constructor)
        && (SetsRequiredMembers(constructor) || !FindRequiredMembers(type).Any());

    public static bool IsObsoleteAsError(IMethodSymbol constructor) =>
        constructor.GetAttributes().Any(static attribute =>
            attribute.AttributeClass is { Name: "ObsoleteAttribute", ContainingNamespace.Name: "System" }
            && attribute.ConstructorArguments is [_, { Value: true }]);

    public static bool SetsRequiredMembers(IMethodSymbol constructor) =>
        constructor.GetAttributes().Any(static attribute => attribute.AttributeClass?.Name == "SetsRequiredMembersAttribute");

    /// <summary>The members that a creator has to set: the class's own, then its base classes'.</summary>
    public static IEnumerable<ISymbol> FindRequiredMembers(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            foreach (ISymbol member in current.GetMembers())
            {
                if (member is IFieldSymbol { IsRequired: true } or IPropertySymbol { IsRequired: true, IsOverride: false })
                    yield return member;
            }
        }
    }
}
