using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AttentionGen.Generators;

/// <summary>Writes an attribute's argument as the C# expression that gives the same value.</summary>
internal static class ConstantExpression
{
    /// <summary>The expression, or null where the argument has no value to give: an error, or null.</summary>
    public static string? Of(TypedConstant constant) => constant switch
    {
        { IsNull: true } or { Kind: TypedConstantKind.Error } => null,
        { Kind: TypedConstantKind.Array } => $"[{string.Join(", ", constant.Values.Select(Of).OfType<string>())}]",
        { Kind: TypedConstantKind.Enum, Type: INamedTypeSymbol type } => OfEnum(type, Convert.ToInt64(constant.Value, CultureInfo.InvariantCulture)),
        _ => SymbolDisplay.FormatPrimitive(constant.Value!, quoteStrings: true, useHexadecimalNumbers: false),
    };

    // C#: ElementTypes.Float16 | ElementTypes.BFloat16 arrives as 6 and leaves as the two members again.
    private static string OfEnum(INamedTypeSymbol type, long value)
    {
        string typeName = type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        (string Name, long Value)[] members =
        [
            .. type.GetMembers().OfType<IFieldSymbol>()
                .Where(static field => field.HasConstantValue)
                .Select(static field => (field.Name, Convert.ToInt64(field.ConstantValue, CultureInfo.InvariantCulture))),
        ];
        (string Name, long Value)[] exact = [.. members.Where(member => member.Value == value).Take(1)];
        (string Name, long Value)[] parts =
            exact.Length > 0 ? exact : [.. members.Where(member => member.Value != 0 && (member.Value & value) == member.Value)];
        return parts.Length > 0 && parts.Aggregate(0L, static (bits, member) => bits | member.Value) == value
            ? string.Join(" | ", parts.Select(member => $"{typeName}.{Identifier.Escape(member.Name)}"))
            : $"({typeName})({value.ToString(CultureInfo.InvariantCulture)})";
    }
}
