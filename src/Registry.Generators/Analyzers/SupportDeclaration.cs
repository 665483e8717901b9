using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;

namespace AttentionGen.Generators;

/// <summary>What one [AttentionSupport] says, with the defaults of the attribute where it says nothing.</summary>
internal readonly struct SupportDeclaration
{
    private readonly AttributeData _attribute;

    public SupportDeclaration(AttributeData attribute, INamedTypeSymbol deviceEnum)
    {
        _attribute = attribute;
        if (attribute.ConstructorArguments is [{ Kind: TypedConstantKind.Enum, Value: { } boxed }])
        {
            DeviceValue = Convert.ToInt64(boxed, CultureInfo.InvariantCulture);
            Device = FindMember(deviceEnum, DeviceValue);
        }
    }

    /// <summary>The number of the device kind.</summary>
    public long DeviceValue { get; }

    /// <summary>The name of the device kind, or null where the number has none.</summary>
    public string? Device { get; }

    /// <summary>Whether the compiler could read the declaration; one that does not bind is the compiler's to report.</summary>
    public bool IsBound => _attribute.ConstructorArguments.Length == 1;

    public bool Sets(string property) => Find(property) is not null;

    public long GetNumber(string property, long otherwise) =>
        Find(property) is { Kind: not TypedConstantKind.Array, Value: { } value }
            ? Convert.ToInt64(value, CultureInfo.InvariantCulture)
            : otherwise;

    public ImmutableArray<long> GetNumbers(string property) =>
        Find(property) is { Kind: TypedConstantKind.Array, IsNull: false } array
            ? [.. array.Values.Select(static element => Convert.ToInt64(element.Value, CultureInfo.InvariantCulture))]
            : [];

    private TypedConstant? Find(string property)
    {
        foreach (KeyValuePair<string, TypedConstant> argument in _attribute.NamedArguments)
        {
            if (argument.Key == property)
                return argument.Value;
        }

        return null;
    }

    private static string? FindMember(INamedTypeSymbol deviceEnum, long value) =>
        deviceEnum.GetMembers().OfType<IFieldSymbol>()
            .FirstOrDefault(field => field.HasConstantValue && Convert.ToInt64(field.ConstantValue, CultureInfo.InvariantCulture) == value)
            ?.Name;
}
