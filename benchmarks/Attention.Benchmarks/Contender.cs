namespace AttentionGen.Benchmarks;

/// <summary>One way to do a piece of work.</summary>
/// <param name="Name">What it is called in the report.</param>
/// <param name="Run">Does the work once.</param>
internal sealed record Contender(string Name, Action Run);
