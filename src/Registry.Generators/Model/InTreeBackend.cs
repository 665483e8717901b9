namespace AttentionGen.Generators;

/// <summary>A member of the enum Backend. Its place in the registry is its value.</summary>
/// <param name="Member">The member's C# name.</param>
/// <param name="Name">Its text form, vLLM's spelling.</param>
internal sealed record InTreeBackend(string Member, string Name);
