namespace AttentionGen.Benchmarks.GeneratorCost;

/// <summary>Medians in milliseconds.</summary>
/// <param name="Cold">The first run of a new driver on a new compilation with references that nothing has read yet.</param>
/// <param name="UnrelatedEdit">A run after an edit of a file without a backend.</param>
/// <param name="UnrelatedEditOwn">The part of it that the driver books on the generator.</param>
/// <param name="AddedBackend">A run after an edit that adds a file with a backend.</param>
internal sealed record GeneratorTimes(double Cold, double UnrelatedEdit, double UnrelatedEditOwn, double AddedBackend);
