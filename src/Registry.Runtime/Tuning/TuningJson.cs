using System.Collections.Immutable;
using System.Text.Json;

namespace AttentionGen;

/// <summary>A file of a measured ranking as its JSON has it.</summary>
internal sealed record TuningJson
{
    public required int Format { get; init; }

    public DeviceEnvironment? Environment { get; init; }

    public ImmutableArray<TuningEntry> Entries { get; init; }

    public static TuningJson Of(TuningFile file) =>
        new() { Format = TuningFile.FormatVersion, Environment = file.Environment, Entries = file.Table.Entries };

    /// <exception cref="FormatException">The text is not JSON of this form.</exception>
    public static TuningJson Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, TuningJsonContext.Default.TuningJson) ?? throw new FormatException("It holds nothing.");
        }
        catch (JsonException error)
        {
            throw new FormatException(error.Message, error);
        }
    }

    /// <exception cref="FormatException">It has another form or lacks a part, or a number is not possible.</exception>
    public TuningFile ToFile()
    {
        if (Format != TuningFile.FormatVersion)
            throw new FormatException($"It has form {Format}; form {TuningFile.FormatVersion} is accepted.");
        if (Environment is null || Entries.IsDefault)
            throw new FormatException("It lacks its environment or its entries.");
        foreach (TuningEntry entry in Entries)
        {
            if (entry.HeadSize <= 0 || entry.GroupSize <= 0 || entry.Requests <= 0 || entry.ContextLength <= 0 || entry.Ranking.IsDefault)
                throw new FormatException($"It has an entry with a size below 1 or without a ranking: head size {entry.HeadSize}, group size {entry.GroupSize}, {entry.Requests} x {entry.ContextLength}.");
            foreach (MeasuredBackend backend in entry.Ranking)
            {
                if (backend?.Name is null || !(backend.Microseconds > 0 && double.IsFinite(backend.Microseconds)))
                    throw new FormatException($"It has a backend without a name or a possible time: {backend}.");
            }
        }

        return new TuningFile(Environment, new TuningTable(Entries));
    }
}
