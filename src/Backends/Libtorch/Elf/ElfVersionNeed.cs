namespace AttentionGen.Libtorch;

/// <summary>One version that a library needs of another (<c>Elf64_Vernaux</c>).</summary>
/// <param name="Library">The library that must have it.</param>
/// <param name="Name">The version's name.</param>
/// <param name="Index">The index by which symbols refer to it.</param>
/// <param name="Flags">Its flags; <see cref="Weak"/> among them.</param>
/// <param name="FlagsOffset">Where in the file the flags stand.</param>
internal readonly record struct ElfVersionNeed(string Library, string Name, ushort Index, ushort Flags, int FlagsOffset)
{
    /// <summary><c>VER_FLG_WEAK</c>: the loader only notes when the version is absent.</summary>
    public const ushort Weak = 2;
}
