namespace AttentionGen.Flex;

/// <summary>One thread's memory for a <see cref="VectorProgram"/>.</summary>
/// <param name="instructions">The number of the graph's instructions.</param>
/// <param name="registers">The number of vectors.</param>
internal sealed class VectorScratch(int instructions, int registers)
{
    /// <summary>The values of the instructions that are the same for all keys, as 32 bits each.</summary>
    public int[] Scalars { get; } = new int[instructions];

    /// <summary>The vectors: float32s, int32s, or truth values as 0 and -1.</summary>
    public int[] Registers { get; } = new int[registers * VectorProgram.ChunkLength];

    /// <summary>For which keys the vectors that do not depend on the query hold values.</summary>
    public KeyBlock Block { get; set; } = new(-1, -1, -1, -1);

    internal readonly record struct KeyBlock(int Request, int Head, int FirstKey, int Length);
}
