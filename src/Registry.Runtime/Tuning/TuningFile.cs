using System.Text.Json;

namespace AttentionGen;

/// <summary>A measured ranking with what it was measured on, as it is kept in a file.</summary>
/// <param name="Environment">The device, and the versions of what ran on it.</param>
/// <param name="Table">The measured shapes.</param>
public sealed record TuningFile(DeviceEnvironment Environment, TuningTable Table)
{
    /// <summary>The version of the form that <see cref="ToJson"/> writes.</summary>
    public const int FormatVersion = 1;

    /// <summary>The file's text.</summary>
    public string ToJson() => JsonSerializer.Serialize(TuningJson.Of(this), TuningJsonContext.Default.TuningJson);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="FormatException">The text is no such file, or one of another form; the message says where it is wrong.</exception>
    public static TuningFile FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return TuningJson.Parse(json).ToFile();
    }
}
