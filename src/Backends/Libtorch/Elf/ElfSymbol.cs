namespace AttentionGen.Libtorch;

/// <summary>One entry of a dynamic symbol table.</summary>
/// <param name="Index">Its index in the table.</param>
/// <param name="Name">Its name.</param>
/// <param name="Version">The index of its version, from <c>.gnu.version</c>.</param>
internal readonly record struct ElfSymbol(int Index, string Name, ushort Version);
