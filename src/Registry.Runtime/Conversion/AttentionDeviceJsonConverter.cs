using System.Text.Json;
using System.Text.Json.Serialization;

namespace AttentionGen;

/// <summary>
/// Reads and writes an <see cref="AttentionDevice"/> in JSON in its text form, as a value and as the key of a dictionary.
/// <see cref="AttentionDevice"/> names this converter, so a serializer uses it without being told.
/// </summary>
/// <remarks>
/// Read is what <see cref="AttentionDevice.Parse"/> reads (<c>"cuda:9.0"</c>), written is
/// <see cref="AttentionDevice.ToString"/>, which is among it. No reflection is needed.
/// </remarks>
public sealed class AttentionDeviceJsonConverter : JsonConverter<AttentionDevice>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">The value is not the text of a device.</exception>
    public override AttentionDevice Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? Parse(reader.GetString()!)
            : throw new JsonException(
                $"A device is written as text, for example \"cuda:9.0\"; a JSON value of kind {reader.TokenType} is not accepted.");

    /// <inheritdoc/>
    /// <exception cref="JsonException">The key is not the text of a device.</exception>
    public override AttentionDevice ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Parse(reader.GetString()!);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, AttentionDevice value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.ToString());
    }

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, AttentionDevice value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WritePropertyName(value.ToString());
    }

    private static AttentionDevice Parse(string text)
    {
        try
        {
            return AttentionDevice.Parse(text);
        }
        catch (FormatException exception)
        {
            throw new JsonException(exception.Message, exception);
        }
    }
}
