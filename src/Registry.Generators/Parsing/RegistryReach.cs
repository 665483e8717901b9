using Microsoft.CodeAnalysis;

namespace AttentionGen.Generators;

/// <summary>What the registry, being other code of the same assembly, can reach.</summary>
internal static class RegistryReach
{
    public static bool IsReachable(Accessibility accessibility) =>
        accessibility is Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal;

    /// <summary>The type and the types around it that are less than internal, from the inside out.</summary>
    public static IEnumerable<INamedTypeSymbol> FindUnreachable(INamedTypeSymbol type) =>
        SelfAndContainingTypes(type).Where(static candidate => !IsReachable(candidate.DeclaredAccessibility));

    public static IEnumerable<INamedTypeSymbol> SelfAndContainingTypes(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? current = type; current is not null; current = current.ContainingType)
            yield return current;
    }

    /// <summary>An accessibility that does not reach, as C# writes it.</summary>
    public static string Spell(Accessibility accessibility) => accessibility switch
    {
        Accessibility.Protected => "protected",
        Accessibility.ProtectedAndInternal => "private protected",
        _ => "private",
    };
}
