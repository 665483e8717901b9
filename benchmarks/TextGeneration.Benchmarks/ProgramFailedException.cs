namespace TextGeneration.Benchmarks;

/// <summary>The measured program did not do its work, so there is nothing to measure.</summary>
internal sealed class ProgramFailedException(string message) : Exception(message);
