using System.ComponentModel;
using System.Globalization;

namespace AttentionGen;

/// <summary>
/// Reads and writes an <see cref="AttentionDevice"/> as text for what goes through <see cref="TypeConverter"/>, for example
/// the reflection-based binder of Microsoft.Extensions.Configuration. <see cref="AttentionDevice"/> names this converter.
/// </summary>
public sealed class AttentionDeviceTypeConverter : TypeConverter
{
    /// <inheritdoc/>
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) =>
        sourceType == typeof(string) || base.CanConvertFrom(context, sourceType);

    /// <inheritdoc/>
    /// <exception cref="FormatException">The text is no device; the message gives the accepted forms.</exception>
    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        value is string text ? AttentionDevice.Parse(text) : base.ConvertFrom(context, culture, value);
}
