namespace AttentionGen.Libtorch;

/// <summary>
/// Lets TorchSharp's native library run on a C++ runtime older than GCC 13's. Of what that runtime added under
/// GLIBCXX_3.4.32 the library refers to one symbol: <c>std::ios_base_library_init()</c>, a call that the compiler puts
/// wherever &lt;iostream&gt; is included so that <c>std::cout</c> and its like exist. Older runtimes set those up another
/// way, which libtorch's own initialisers, run before, have done. So the need may be made weak, and the call sent to a
/// function of the C library that does nothing of note.
/// </summary>
internal static class LibstdcxxRemedy
{
    /// <summary>Goes up whenever the remedy writes other bytes, so that older copies are not taken.</summary>
    public const int Version = 1;

    private const string NeededVersion = "GLIBCXX_3.4.32";
    private const string NeededSymbol = "_ZSt21ios_base_library_initv";
    private const ushort Unversioned = 1;

    // All take no arguments. The new name must already end some string of the file's table, which cannot grow in place.
    private static readonly string[] s_harmless = ["getpid", "getppid", "rand"];

    /// <summary>Whether a loader's message is about the version that this makes optional.</summary>
    public static bool IsCalledForBy(string loaderMessage) => loaderMessage.Contains(NeededVersion, StringComparison.Ordinal);

    /// <summary>Applies the remedy to a copy of the file's bytes.</summary>
    /// <exception cref="ElfFormatException">The file is damaged, or needs more of the newer runtime than the remedy covers.</exception>
    public static byte[] Apply(ReadOnlySpan<byte> original)
    {
        byte[] bytes = original.ToArray();
        ElfLibrary library = new(bytes);
        ElfVersionNeed[] needs = [.. library.VersionNeeds().Where(need => need.Name == NeededVersion)];
        if (needs is not [var needed])
            throw new ElfFormatException($"it does not need {NeededVersion} of exactly one library.");

        IReadOnlyList<ElfSymbol> symbols = library.SymbolsOfVersion(needed.Index);
        if (symbols is not [{ Name: NeededSymbol } symbol] || !library.IsUndefined(symbol.Index))
        {
            throw new ElfFormatException(
                $"of {NeededVersion} it needs {string.Join(", ", symbols.Select(other => other.Name))}; only {NeededSymbol} can be done without.");
        }

        int name = s_harmless.Select(library.FindString).FirstOrDefault(offset => offset >= 0, -1);
        if (name < 0)
            throw new ElfFormatException($"its string table has none of the names {string.Join(", ", s_harmless)}.");

        library.SetFlags(needed, (ushort)(needed.Flags | ElfVersionNeed.Weak));
        library.Rename(symbol.Index, name, Unversioned);
        return bytes;
    }
}
