namespace AttentionGen.Generators;

/// <summary>Prints the part of an application's registry that turns text into names and back.</summary>
internal static class RegistryNamesFormatter
{
    private const string TextParser = """
        /// <summary>Reads an in-tree name in any case. Numbers are not accepted, and nothing is allocated.</summary>
        /// <param name="text">vLLM's spelling, for example <c>FLASH_ATTN</c>; null is no name.</param>
        /// <param name="backend">The name, or the default where the text is none.</param>
        /// <returns>Whether the text is an in-tree name, registered or not.</returns>
        public static bool TryParse(string? text, out global::AttentionGen.Backend backend) =>
            TryParse(global::System.MemoryExtensions.AsSpan(text), out backend);

        /// <inheritdoc cref="TryParse(string?, out global::AttentionGen.Backend)"/>
        public static bool TryParse(global::System.ReadOnlySpan<char> text, out global::AttentionGen.Backend backend) =>
            TryToBackend(PlaceOf(text), out backend);

        """;

    private const string Utf8Summary = """
        /// <summary>Reads an in-tree name in any case from UTF-8. Numbers are not accepted, and nothing is allocated.</summary>
        /// <param name="utf8Text">vLLM's spelling, for example <c>FLASH_ATTN</c>.</param>
        /// <param name="backend">The name, or the default where the text is none.</param>
        /// <returns>Whether the text is an in-tree name, registered or not.</returns>
        """;

    private const string GetNameSummary = """

        /// <inheritdoc cref="global::AttentionGen.AttentionBackendRegistry.Parse(string)"/>
        public static global::AttentionGen.Backend Parse(string text) => s_instance.Parse(text);

        /// <summary>The text form of an in-tree name: vLLM's spelling.</summary>
        /// <param name="backend">The name.</param>
        /// <exception cref="global::System.ArgumentOutOfRangeException">The value is no member of the enum.</exception>
        """;

    // The exact comparison first: names are mostly written as they are spelt here, and it costs a fraction of the other.
    private const string Matches = """
        private static int Match(global::System.ReadOnlySpan<char> text, string name, int place) =>
            global::System.MemoryExtensions.SequenceEqual(text, name) || global::System.Text.Ascii.EqualsIgnoreCase(text, name) ? place : -1;

        private static int Match(global::System.ReadOnlySpan<byte> text, global::System.ReadOnlySpan<byte> name, int place) =>
            global::System.MemoryExtensions.SequenceEqual(text, name) || global::System.Text.Ascii.EqualsIgnoreCase(text, name) ? place : -1;
        """;

    public static string Format(RegistryModel registry)
    {
        IndentedWriter writer = new();
        writer.WriteLine(GeneratedFile.Header);
        writer.Open($"namespace {registry.Namespace}");
        writer.Open($"static partial class {WellKnownNames.RegistryClass}");
        writer.WriteLine("/// <summary>All names that can be asked for: the in-tree names in order of their values, then the others.</summary>");
        writer.WriteLine("public static global::System.Collections.Immutable.ImmutableArray<string> Names => s_instance.Names;");
        writer.WriteLine();
        writer.WriteLine(TextParser);
        WriteUtf8Parser(writer, registry);
        writer.WriteLine(GetNameSummary);
        WriteGetName(writer, registry);
        writer.WriteLine();
        WritePlaceOf(writer, registry);
        writer.WriteLine();
        WriteTryToBackend(writer, registry);
        writer.WriteLine();
        writer.WriteLine(Matches);
        writer.Close();
        writer.Close();
        return writer.ToString();
    }

    private static void WriteUtf8Parser(IndentedWriter writer, RegistryModel registry)
    {
        writer.WriteLine(Utf8Summary);
        writer.Open("public static bool TryParse(global::System.ReadOnlySpan<byte> utf8Text, out global::AttentionGen.Backend backend)");
        NameDispatchFormatter.Write(writer, "int place =", registry.Names.Take(registry.InTree.Count), "utf8Text", "u8");
        writer.WriteLine("return TryToBackend(place, out backend);");
        writer.Close();
    }

    private static void WriteGetName(IndentedWriter writer, RegistryModel registry)
    {
        writer.Open("public static string GetName(global::AttentionGen.Backend backend) => backend switch");
        foreach (InTreeBackend backend in registry.InTree)
            writer.WriteLine($"global::AttentionGen.Backend.{Identifier.Escape(backend.Member)} => \"{backend.Name}\",");

        writer.WriteLine("_ => throw new global::System.ArgumentOutOfRangeException(nameof(backend), backend, \"Not a member of the enum.\"),");
        writer.Close("};");
    }

    private static void WritePlaceOf(IndentedWriter writer, RegistryModel registry)
    {
        string header = "private static int PlaceOf(global::System.ReadOnlySpan<char> name) =>";
        NameDispatchFormatter.Write(writer, header, registry.Names, "name", "");
    }

    private static void WriteTryToBackend(IndentedWriter writer, RegistryModel registry)
    {
        writer.Open("private static bool TryToBackend(int place, out global::AttentionGen.Backend backend)");
        writer.WriteLine($"bool isInTree = place is >= 0 and < {registry.InTree.Count};");
        writer.WriteLine("backend = isInTree ? (global::AttentionGen.Backend)place : default;");
        writer.WriteLine("return isInTree;");
        writer.Close();
    }
}
