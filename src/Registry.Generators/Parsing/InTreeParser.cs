using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace AttentionGen.Generators;

/// <summary>Reads the in-tree names off the enum that declares them, so that there is no second table of them.</summary>
internal static class InTreeParser
{
    // Asked for by each attributed class at each edit. A symbol of a reference outlives the compilation, and holds none.
    private static readonly ConditionalWeakTable<INamedTypeSymbol, StrongBox<EquatableArray<InTreeBackend>>> s_known = new();

    /// <summary>The members in order of their values, which count up from 0.</summary>
    public static EquatableArray<InTreeBackend> Parse(INamedTypeSymbol backendEnum) => s_known.GetValue(backendEnum, Read).Value;

    private static StrongBox<EquatableArray<InTreeBackend>> Read(INamedTypeSymbol backendEnum) => new(
        backendEnum.GetMembers().OfType<IFieldSymbol>()
            .Where(static field => field.HasConstantValue)
            .OrderBy(static field => (int)field.ConstantValue!)
            .Select(static field => new InTreeBackend(field.Name, TextForm(field)))
            .ToEquatableArray());

    private static string TextForm(IFieldSymbol field) =>
        field.GetAttributes()
            .FirstOrDefault(static attribute => attribute.AttributeClass?.Name == WellKnownNames.TextFormAttribute)?
            .ConstructorArguments.FirstOrDefault().Value as string
        ?? field.Name;
}
