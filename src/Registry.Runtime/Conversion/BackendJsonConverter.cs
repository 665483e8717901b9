using System.Text.Json;
using System.Text.Json.Serialization;

namespace AttentionGen;

/// <summary>
/// Reads and writes a <see cref="Backend"/> in JSON as vLLM spells it, as a value and as the key of a dictionary.
/// <see cref="Backend"/> names this converter, so a serializer uses it without being told.
/// </summary>
/// <remarks>
/// <para>
/// <c>"FLASH_ATTN"</c> is read in any case. Unlike <see cref="JsonStringEnumConverter{TEnum}"/> this converter reads no
/// numbers, which say nothing to a reader of the file, no lists such as <c>"FLASH_ATTN, TORCH_SDPA"</c>, and names the
/// nearest name in its error. It needs no reflection, so it works with source generation, trimming and NativeAOT.
/// </para>
/// <para>
/// A name of a backend's own, <c>"ACME_ATTN"</c>, is no <see cref="Backend"/>. Keep it in a property of type
/// <see cref="string"/>, which <see cref="AttentionRequest.Backend"/> takes as it is.
/// </para>
/// </remarks>
public sealed class BackendJsonConverter : JsonConverter<Backend>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">The value is not the text of an in-tree name.</exception>
    public override Backend Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? Parse(reader.GetString()!)
            : throw new JsonException(
                $"An attention backend is written as text, for example \"{BackendNames.All[0]}\"; a JSON value of kind {reader.TokenType} is not accepted.");

    /// <inheritdoc/>
    /// <exception cref="JsonException">The key is not an in-tree name.</exception>
    public override Backend ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Parse(reader.GetString()!);

    /// <inheritdoc/>
    /// <exception cref="JsonException">The value is no member of the enum.</exception>
    public override void Write(Utf8JsonWriter writer, Backend value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(NameOf(value));
    }

    /// <inheritdoc/>
    /// <exception cref="JsonException">The value is no member of the enum.</exception>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, Backend value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WritePropertyName(NameOf(value));
    }

    private static Backend Parse(string text) => BackendNames.TryParse(text, out Backend backend)
        ? backend
        : throw new JsonException(BackendNames.DescribeUnknown(text, out _));

    private static string NameOf(Backend value) => BackendNames.Find(value)
        ?? throw new JsonException($"The value {(int)value} is no member of {nameof(Backend)} and cannot be written.");
}
