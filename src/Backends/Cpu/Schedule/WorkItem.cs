namespace AttentionGen.Cpu;

/// <summary>What one thread does at a time: a tile of rows, one KV head, a range of chunks of keys.</summary>
/// <param name="Tile">The index of the tile.</param>
/// <param name="KeyValueHead">The KV head.</param>
/// <param name="FirstChunk">The first chunk.</param>
/// <param name="EndChunk">The chunk after the last.</param>
internal readonly record struct WorkItem(int Tile, int KeyValueHead, int FirstChunk, int EndChunk);
