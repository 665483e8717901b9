using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;

namespace AttentionGen.Generators.Analyzers;

/// <summary>A member of the <c>Backend</c> enum.</summary>
/// <param name="Member">Its C# name, <c>FlashAttn</c>.</param>
/// <param name="Name">vLLM's spelling, <c>FLASH_ATTN</c>.</param>
/// <param name="Value">Its number.</param>
internal readonly record struct InTreeBackend(string Member, string Name, long Value)
{
    /// <summary>All members, in declaration order.</summary>
    public static ImmutableArray<InTreeBackend> ReadFrom(INamedTypeSymbol backendEnum) =>
        [.. backendEnum.GetMembers().OfType<IFieldSymbol>()
            .Where(static field => field.HasConstantValue)
            .Select(static field => new InTreeBackend(
                field.Name, ReadName(field) ?? field.Name, Convert.ToInt64(field.ConstantValue, CultureInfo.InvariantCulture)))];

    private static string? ReadName(IFieldSymbol field) =>
        field.GetAttributes()
            .FirstOrDefault(static attribute => attribute.AttributeClass?.Name == "JsonStringEnumMemberNameAttribute")
            ?.ConstructorArguments is [{ Value: string name }]
                ? name
                : null;
}
