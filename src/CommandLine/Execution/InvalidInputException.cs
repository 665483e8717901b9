namespace AttentionGen.CommandLine.Execution;

/// <summary>Something that the user gave cannot be used.</summary>
/// <param name="message">What was given, what is accepted and what to do.</param>
internal sealed class InvalidInputException(string message) : Exception(message);
