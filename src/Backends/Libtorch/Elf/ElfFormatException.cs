namespace AttentionGen.Libtorch;

/// <summary>A file is not the ELF file that was expected: damaged, cut short, or of another kind.</summary>
internal sealed class ElfFormatException(string message) : Exception(message);
