using AttentionGen.CommandLine.Execution;

namespace AttentionGen.CommandLine.Explaining;

/// <summary>
/// The ranking that <c>attn tune</c> wrote for a device, found without the device or libtorch: by what the files of the
/// user's folder say they were measured on.
/// </summary>
/// <param name="Table">The measured shapes.</param>
/// <param name="Source">What they were measured on, and the file.</param>
internal sealed record MeasuredRanking(TuningTable Table, string Source)
{
    /// <exception cref="InvalidInputException">Several files are for such a device, or the one there is cannot be read.</exception>
    public static MeasuredRanking? Find(AttentionDevice device)
    {
        if (Folder() is not { } folder || !Directory.Exists(folder))
            return null;

        List<(TuningFile Tuning, string Path)> found = [];
        foreach (string path in Directory.EnumerateFiles(folder, "tuning-*.json").Order(StringComparer.Ordinal))
        {
            TuningFile tuning = Read(path);
            if (IsFor(tuning.Environment.Device, device))
                found.Add((tuning, path));
        }

        return found switch
        {
            [] => null,
            [var (tuning, path)] => new MeasuredRanking(tuning.Table, $"{tuning.Environment}; {path}"),
            _ => throw new InvalidInputException(
                $"Several rankings were measured on a device like {device}: {string.Join(", ", found.Select(static entry => entry.Path))}. Name one with --tuning, or give --no-tuning."),
        };
    }

    /// <exception cref="InvalidInputException">The file is none.</exception>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    public static MeasuredRanking Of(string path)
    {
        TuningFile tuning = Read(path);
        return new MeasuredRanking(tuning.Table, $"{tuning.Environment}; {path}");
    }

    /// <summary>The user's folder; null where the user has none, so that nothing can be in it.</summary>
    private static string? Folder()
    {
        try
        {
            return CacheDirectory.ForUser().Path;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static TuningFile Read(string path)
    {
        try
        {
            return TuningFile.FromJson(File.ReadAllText(path));
        }
        catch (FormatException error)
        {
            throw new InvalidInputException($"'{path}' is no measured ranking that this version reads: {error.Message} Measure again with tune, remove it with tune --clear, or give --no-tuning.");
        }
    }

    private static bool IsFor(AttentionDevice measured, AttentionDevice asked) =>
        measured.Kind == asked.Kind
        && (asked.ComputeCapability == 0 || measured.ComputeCapability == asked.ComputeCapability)
        && (asked.Architecture is null || string.Equals(measured.Architecture, asked.Architecture, StringComparison.OrdinalIgnoreCase));
}
