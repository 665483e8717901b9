using Microsoft.CodeAnalysis;

namespace AttentionGen.Generators;

/// <summary>Reads the [AttentionSupport] attributes of a class.</summary>
internal static class SupportParser
{
    /// <summary>The declarations, ordered so that the order of a partial class's files makes no difference.</summary>
    public static EquatableArray<SupportModel> Parse(INamedTypeSymbol type) =>
        type.GetAttributes()
            .Where(static attribute => RuntimeSymbols.IsRuntimeType(attribute.AttributeClass, WellKnownNames.SupportAttribute))
            .Select(ParseAttribute)
            .OfType<SupportModel>()
            .OrderBy(static support => support.Device, StringComparer.Ordinal)
            .ThenBy(static support => string.Join(",", support.Properties), StringComparer.Ordinal)
            .ToEquatableArray();

    private static SupportModel? ParseAttribute(AttributeData attribute)
    {
        if (attribute.ConstructorArguments is not [{ Kind: TypedConstantKind.Enum } device])
            return null;

        EquatableArray<PropertyModel> properties = attribute.NamedArguments
            .Select(static argument => (argument.Key, Value: ConstantExpression.Of(argument.Value)))
            .Where(static property => property.Value is not null)
            .Select(static property => new PropertyModel(property.Key, property.Value!))
            .OrderBy(static property => property.Name, StringComparer.Ordinal)
            .ToEquatableArray();
        return new SupportModel(ConstantExpression.Of(device)!, properties);
    }
}
