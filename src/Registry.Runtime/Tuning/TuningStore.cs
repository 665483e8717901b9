namespace AttentionGen;

/// <summary>Keeps the measured ranking of each device in a file of its own.</summary>
/// <param name="directory">The folder; null: the user's (<see cref="CacheDirectory.ForUser()"/>).</param>
/// <exception cref="InvalidOperationException">No folder is given, and the user has none.</exception>
public sealed class TuningStore(CacheDirectory? directory = null)
{
    /// <summary>The folder.</summary>
    public CacheDirectory Directory { get; } = directory ?? CacheDirectory.ForUser();

    /// <summary>The file for a device.</summary>
    /// <param name="environment">The device; the versions make no difference.</param>
    public string PathFor(DeviceEnvironment environment) => Directory.PathOf(FileFor(environment));

    /// <summary>Reads the ranking that was measured on a device. Never throws for what is on the disk.</summary>
    /// <param name="environment">The device, and the versions that the ranking must have been measured with.</param>
    /// <returns>The ranking, or why there is none that can be used.</returns>
    public TuningReading Load(DeviceEnvironment environment)
    {
        string file = FileFor(environment), path = Directory.PathOf(file);
        TuningReading Refused(TuningFileState state, string explanation) => new(state, null, path, explanation);

        TuningJson json;
        TuningFile found;
        try
        {
            if (Directory.Read(file) is not { } text)
                return Refused(TuningFileState.Absent, $"Nothing was measured on {environment.DeviceName}: there is no '{path}'. Measure to have it.");

            json = TuningJson.Parse(text);
            if (json.Format != TuningFile.FormatVersion)
            {
                return Refused(
                    TuningFileState.OtherFormat,
                    $"'{path}' has form {json.Format}, and this version of AttentionGen reads form {TuningFile.FormatVersion}. Measure again.");
            }

            found = json.ToFile();
        }
        catch (Exception error) when (error is FormatException or IOException or UnauthorizedAccessException)
        {
            return Refused(TuningFileState.Damaged, $"'{path}' cannot be read: {error.Message} Measure again to have it rewritten, or delete it.");
        }

        if (!found.Environment.IsSameDevice(environment))
        {
            return Refused(
                TuningFileState.OtherDevice,
                $"'{path}' was measured on {found.Environment.DeviceName} ({found.Environment.Device}), and this is {environment.DeviceName} ({environment.Device}). Measure here.");
        }

        return found.Environment.HasSameVersions(environment)
            ? new TuningReading(TuningFileState.Usable, found.Table, path, $"Measured on {found.Environment}.")
            : Refused(TuningFileState.OtherVersion, $"'{path}' was measured on {found.Environment}, and this is {environment}. Measure again.");
    }

    /// <summary>Writes a ranking, in place of what the device's file held.</summary>
    /// <param name="tuning">The ranking, and what it was measured on.</param>
    /// <returns>The file's path.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not write there.</exception>
    public string Save(TuningFile tuning)
    {
        ArgumentNullException.ThrowIfNull(tuning);
        string file = FileFor(tuning.Environment);
        Directory.Write(file, tuning.ToJson());
        return Directory.PathOf(file);
    }

    private static string FileFor(DeviceEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return CacheDirectory.FileName("tuning", $"{environment.Device with { Index = 0 }}", environment.DeviceName);
    }
}
