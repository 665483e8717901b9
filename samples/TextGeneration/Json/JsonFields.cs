using System.Globalization;
using System.Text.Json;

namespace TextGeneration.Json;

/// <summary>The fields of one JSON object, read with errors that name the file, the field and what was found there.</summary>
/// <param name="element">The object.</param>
/// <param name="file">The file it comes from.</param>
/// <param name="path">Where in the file it is, such as <c>rope_scaling</c>; empty for the top level.</param>
internal readonly struct JsonFields(JsonElement element, string file, string path = "")
{
    public string File { get; } = file;

    public JsonElement Element { get; } = element;

    /// <summary>The field's full name, as errors show it.</summary>
    public string NameOf(string field) => path.Length == 0 ? field : $"{path}.{field}";

    /// <summary>An error about one field.</summary>
    public InvalidInputException Error(string field, string problem) => new($"{File}: field '{NameOf(field)}' {problem}");

    /// <summary>True when the field is there and not null.</summary>
    public bool Has(string field) => TryGet(field, out _);

    /// <summary>True when the field is written in the file, be it as null.</summary>
    public bool IsWritten(string field) => Element.TryGetProperty(field, out _);

    /// <summary>The field's value; false when it is absent or null.</summary>
    public bool TryGet(string field, out JsonElement value) =>
        Element.TryGetProperty(field, out value) && value.ValueKind != JsonValueKind.Null;

    public int Int32(string field, int minimum, int maximum) =>
        OptionalInt32(field, minimum, maximum) ?? throw Missing(field, $"an integer from {minimum} to {maximum}");

    public int? OptionalInt32(string field, int minimum, int maximum) =>
        TryGet(field, out JsonElement value) ? Int32(value, field, minimum, maximum) : null;

    public int Int32(JsonElement value, string field, int minimum, int maximum)
    {
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out int number) || number < minimum || number > maximum)
            throw Error(field, $"is {Show(value)}; expected an integer from {minimum} to {maximum}.");

        return number;
    }

    public double? OptionalDouble(string field, double minimum, double maximum)
    {
        if (!TryGet(field, out JsonElement value))
            return null;

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out double number) || !(number >= minimum && number <= maximum))
        {
            throw Error(
                field,
                string.Create(CultureInfo.InvariantCulture, $"is {Show(value)}; expected a number from {minimum} to {maximum}."));
        }

        return number;
    }

    public double Double(string field, double minimum, double maximum) =>
        OptionalDouble(field, minimum, maximum)
        ?? throw Missing(field, string.Create(CultureInfo.InvariantCulture, $"a number from {minimum} to {maximum}"));

    public bool? OptionalBoolean(string field)
    {
        if (!TryGet(field, out JsonElement value))
            return null;

        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Error(field, $"is {Show(value)}; expected true or false."),
        };
    }

    public string? OptionalString(string field) => TryGet(field, out JsonElement value) ? String(value, field) : null;

    public string String(string field) => OptionalString(field) ?? throw Missing(field, "a string");

    public string String(JsonElement value, string field)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            try
            {
                return value.GetString()!;
            }
            catch (InvalidOperationException)
            {
                // Half of a surrogate pair in an escape, or bytes that are not UTF-8.
            }
        }

        throw Error(field, $"is {Show(value)}; expected a string.");
    }

    public JsonFields? OptionalObject(string field)
    {
        if (!TryGet(field, out JsonElement value))
            return null;

        return value.ValueKind == JsonValueKind.Object
            ? new JsonFields(value, File, NameOf(field))
            : throw Error(field, $"is {Show(value)}; expected an object.");
    }

    public JsonFields Object(string field) => OptionalObject(field) ?? throw Missing(field, "an object");

    public JsonElement.ArrayEnumerator? OptionalArray(string field)
    {
        if (!TryGet(field, out JsonElement value))
            return null;

        return value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : throw Error(field, $"is {Show(value)}; expected an array.");
    }

    public JsonElement.ArrayEnumerator Array(string field) => OptionalArray(field) ?? throw Missing(field, "an array");

    /// <summary>The objects of an array.</summary>
    public IEnumerable<JsonFields> Objects(string field)
    {
        JsonFields self = this;
        return Array(field).Select((item, index) => item.ValueKind == JsonValueKind.Object
            ? new JsonFields(item, self.File, $"{self.NameOf(field)}[{index}]")
            : throw self.Error($"{field}[{index}]", $"is {Show(item)}; expected an object."));
    }

    /// <summary>The names of this object's properties with their values.</summary>
    public IEnumerable<(string Name, JsonElement Value)> Properties()
    {
        JsonFields self = this;
        return Element.EnumerateObject().Select(property =>
        {
            try
            {
                return (property.Name, property.Value);
            }
            catch (InvalidOperationException error)
            {
                throw new InvalidInputException($"{self.File}: a name in '{self.NameOf("*")}' is not valid Unicode.", error);
            }
        });
    }

    public InvalidInputException Missing(string field, string expected) =>
        Error(field, $"is {(IsWritten(field) ? "null" : "missing")}; expected {expected}.");

    /// <summary>A value as an error shows it: its JSON text, cut short.</summary>
    public static string Show(JsonElement value)
    {
        string text = value.ValueKind is JsonValueKind.Object or JsonValueKind.Array
            ? JsonFile.Describe(value.ValueKind)
            : value.GetRawText();
        return text.Length <= 60 ? text : text[..60] + "...";
    }
}
