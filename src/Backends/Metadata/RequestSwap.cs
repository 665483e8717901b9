namespace AttentionGen.Metadata;

/// <summary>Two rows of a batch that change places.</summary>
/// <param name="First">One row.</param>
/// <param name="Second">The other.</param>
public readonly record struct RequestSwap(int First, int Second);
