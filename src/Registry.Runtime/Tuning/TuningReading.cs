namespace AttentionGen;

/// <summary>What <see cref="TuningStore.Load"/> found.</summary>
/// <param name="State">Whether the file can be used, and if not, why.</param>
/// <param name="Table">The measured ranking; null unless the state is <see cref="TuningFileState.Usable"/>.</param>
/// <param name="Path">The file.</param>
/// <param name="Explanation">The state in words: what was found, what is needed, what to do.</param>
public sealed record TuningReading(TuningFileState State, TuningTable? Table, string Path, string Explanation);
