using Microsoft.CodeAnalysis;

namespace AttentionGen.Generators;

/// <summary>Reads the in-tree names off the enum that declares them, so that there is no second table of them.</summary>
internal static class InTreeParser
{
    /// <summary>The members in order of their values, which count up from 0.</summary>
    public static EquatableArray<InTreeBackend> Parse(INamedTypeSymbol backendEnum) =>
        backendEnum.GetMembers().OfType<IFieldSymbol>()
            .Where(static field => field.HasConstantValue)
            .OrderBy(static field => (int)field.ConstantValue!)
            .Select(static field => new InTreeBackend(field.Name, TextForm(field)))
            .ToEquatableArray();

    private static string TextForm(IFieldSymbol field) =>
        field.GetAttributes()
            .FirstOrDefault(static attribute => attribute.AttributeClass?.Name == WellKnownNames.TextFormAttribute)?
            .ConstructorArguments.FirstOrDefault().Value as string
        ?? field.Name;
}
