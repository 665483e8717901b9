namespace AttentionGen.Cpu;

/// <summary>
/// How the keys of a request are cut, counted from its first key and never from where a row or a work item begins. A row's
/// arithmetic follows these cuts alone: within a chunk the softmax runs online over its blocks, and the chunks' results are
/// merged in their order. Whatever rows share a tile, and however chunks are shared between threads, a row so has the same
/// bits.
/// </summary>
internal static class KeyBlocks
{
    /// <summary>The number of keys whose scores are held at a time.</summary>
    public const int BlockLength = 128;

    /// <summary>The number of keys that are attended apart from others; a multiple of the block's.</summary>
    public const int ChunkLength = 512;

    /// <summary>Ranges of keys begin at multiples of this, so that a key has the same place in a vector of any width.</summary>
    public const int Alignment = 16;
}
