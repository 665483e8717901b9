using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace AttentionGen.Cuda;

/// <summary>CUDA C++ with the headers that it includes, all of them files of the Kernels folder embedded in the assembly.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Text">Its text.</param>
/// <param name="Headers">Every header that is included, directly or not, by the name in the include.</param>
internal sealed partial record KernelSource(string Name, string Text, ImmutableArray<(string Name, string Text)> Headers)
{
    private const string Prefix = "AttentionGen.Cuda.Kernels.";

    /// <summary>The names of all embedded sources, in ordinal order.</summary>
    public static ImmutableArray<string> EmbeddedNames { get; } =
    [
        .. typeof(KernelSource).Assembly.GetManifestResourceNames()
            .Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(".cu", StringComparison.Ordinal))
            .Select(static name => name[Prefix.Length..])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>An embedded source.</summary>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public static KernelSource Embedded(string name) => Of(name, Read(name));

    /// <summary>A source that is given, with headers that are embedded.</summary>
    public static KernelSource Of(string name, string text)
    {
        Dictionary<string, string> headers = [];
        AddHeaders(text, headers);
        return new KernelSource(name, text, [.. headers.OrderBy(static header => header.Key, StringComparer.Ordinal).Select(static header => (header.Key, header.Value))]);
    }

    private static void AddHeaders(string text, Dictionary<string, string> headers)
    {
        foreach (Match match in Include().Matches(text))
        {
            string name = match.Groups["name"].Value;
            if (headers.ContainsKey(name))
                continue;
            string header = Read(name);
            headers.Add(name, header);
            AddHeaders(header, headers);
        }
    }

    private static string Read(string name)
    {
        using Stream stream = typeof(KernelSource).Assembly.GetManifestResourceStream(Prefix + name)
            ?? throw new ArgumentException($"There is no embedded kernel source '{name}'. There are {string.Join(", ", EmbeddedNames)}.", nameof(name));
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex("^[ \t]*#[ \t]*include[ \t]*\"(?<name>[^\"]+)\"", RegexOptions.Multiline)]
    private static partial Regex Include();
}
