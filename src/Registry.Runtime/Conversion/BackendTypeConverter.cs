using System.ComponentModel;
using System.Globalization;

namespace AttentionGen;

/// <summary>
/// Reads and writes a <see cref="Backend"/> as text for what goes through <see cref="TypeConverter"/>: the reflection-based
/// binder of Microsoft.Extensions.Configuration, MVC's model binding, designers. <see cref="Backend"/> names this converter.
/// </summary>
/// <remarks>
/// Read are vLLM's spelling, <c>FLASH_ATTN</c>, and the member's own name, <c>FlashAttn</c>, both in any case and with space
/// around them. The member's name is read here and nowhere else in this library, because it is the only text that the
/// configuration binder's source generator reads for an enum: the same file then binds under both. Numbers are not accepted.
/// Written is vLLM's spelling.
/// </remarks>
public sealed class BackendTypeConverter : TypeConverter
{
    /// <inheritdoc/>
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) =>
        sourceType == typeof(string) || base.CanConvertFrom(context, sourceType);

    /// <inheritdoc/>
    /// <exception cref="FormatException">The text is not an in-tree name; the message gives the nearest one and all of them.</exception>
    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value)
    {
        if (value is not string text)
            return base.ConvertFrom(context, culture, value);

        ReadOnlySpan<char> name = text.AsSpan().Trim();
        return BackendNames.TryParse(name, out Backend backend) || TryParseMember(name, out backend)
            ? backend
            : throw new FormatException(BackendNames.DescribeUnknown(text, out _));
    }

    /// <inheritdoc/>
    public override object? ConvertTo(ITypeDescriptorContext? context, CultureInfo? culture, object? value, Type destinationType) =>
        destinationType == typeof(string) && value is Backend backend && BackendNames.Find(backend) is { } name
            ? name
            : base.ConvertTo(context, culture, value, destinationType);

    private static bool TryParseMember(ReadOnlySpan<char> name, out Backend backend)
    {
        for (backend = 0; BackendNames.IsDefined(backend); backend++)
        {
            if (name.Equals(backend.ToString(), StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
