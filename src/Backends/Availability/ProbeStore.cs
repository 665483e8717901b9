using System.Text.Json;

namespace AttentionGen;

/// <summary>Passed probes on the disk, one file for each class and device. What goes wrong is noted and stops nothing.</summary>
/// <param name="directory">The folder.</param>
/// <param name="notes">Takes what went wrong.</param>
internal sealed class ProbeStore(CacheDirectory directory, List<string> notes)
{
    /// <summary>Whether this very probe passed before.</summary>
    public bool Holds(ProbeRecord record)
    {
        string file = FileOf(record);
        try
        {
            // One of another version is no damage: it is rewritten when this one passes.
            return directory.Read(file) is { } text && JsonSerializer.Deserialize(text, ProbeJsonContext.Default.ProbeRecord) == record;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            notes.Add($"'{directory.PathOf(file)}', which keeps a passed probe of {record.Backend}, cannot be read and is ignored: {error.Message}");
            return false;
        }
    }

    public void Keep(ProbeRecord record)
    {
        string file = FileOf(record);
        try
        {
            directory.Write(file, JsonSerializer.Serialize(record, ProbeJsonContext.Default.ProbeRecord));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            notes.Add($"The passed probe of {record.Backend} cannot be kept in '{directory.PathOf(file)}': {error.Message} Name another folder by {CacheDirectory.Variable}, or keep none.");
        }
    }

    /// <summary>Where a probe is kept.</summary>
    public string PathOf(ProbeRecord record) => directory.PathOf(FileOf(record));

    private static string FileOf(ProbeRecord record) =>
        CacheDirectory.FileName("probe", record.Backend, record.Class, $"{record.Environment.Device}", record.Environment.DeviceName);
}
