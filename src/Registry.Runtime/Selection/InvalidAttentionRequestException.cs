namespace AttentionGen;

/// <summary>A request that contradicts itself or has a number that means nothing, whatever the backend.</summary>
/// <param name="message">What was asked, what is accepted and what to do.</param>
public sealed class InvalidAttentionRequestException(string message) : ArgumentException(message);
