namespace TextGeneration.Generation;

/// <summary>The steps that were run.</summary>
internal sealed class StepLog
{
    private readonly List<Entry> _entries = [];

    /// <summary>The number of steps.</summary>
    public int Count => _entries.Count;

    /// <summary>The number of requests of each step, summed over the steps.</summary>
    public int Requests { get; private set; }

    /// <summary>Adds a step.</summary>
    /// <param name="kind">What it computed.</param>
    /// <param name="path">How it was run.</param>
    /// <param name="requests">The number of its requests.</param>
    /// <param name="duration">From its begin until its tokens were chosen.</param>
    public void Add(StepKind kind, StepPath path, int requests, TimeSpan duration)
    {
        _entries.Add(new Entry(kind, path, requests, duration));
        Requests += requests;
    }

    /// <summary>The number of steps of a kind that were run in one way.</summary>
    public int CountOf(StepKind kind, StepPath path) => _entries.Count(entry => entry.Kind == kind && entry.Path == path);

    /// <summary>The tokens and the durations, in seconds, of the steps of one new token a request; those with a capture left out.</summary>
    public (int Tokens, double[] Seconds) SteadyDecodes()
    {
        Entry[] steady = [.. _entries.Where(static entry => entry is { Kind: StepKind.Decode, Path: not StepPath.Captured })];
        return (steady.Sum(static entry => entry.Requests), [.. steady.Select(static entry => entry.Duration.TotalSeconds)]);
    }

    private readonly record struct Entry(StepKind Kind, StepPath Path, int Requests, TimeSpan Duration);
}
