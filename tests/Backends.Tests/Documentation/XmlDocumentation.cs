using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace AttentionGen.Tests.Documentation;

/// <summary>Summaries out of the documentation files that the compiler writes beside an assembly, as Markdown.</summary>
internal static partial class XmlDocumentation
{
    /// <summary>The summary of a class.</summary>
    public static string SummaryOf(BackendDescriptor backend) => Summary(backend.AssemblyName, $"T:{backend.TypeName}");

    /// <summary>The summary of an in-tree name.</summary>
    public static string SummaryOf(Backend backend) =>
        Summary(typeof(Backend).Assembly.GetName().Name!, $"F:{typeof(Backend).FullName}.{backend}");

    private static string Summary(string assembly, string member)
    {
        XDocument file = XDocument.Load(Path.Combine(AppContext.BaseDirectory, assembly + ".xml"));
        XElement summary = file.Descendants("member").SingleOrDefault(element => (string?)element.Attribute("name") == member)?.Element("summary")
            ?? throw new InvalidOperationException($"{assembly}.xml has no summary of {member}. docs/backends.md takes a backend's description from it.");
        return Space().Replace(string.Concat(summary.Nodes().Select(ToMarkdown)), " ").Trim();
    }

    private static string ToMarkdown(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see when (string?)see.Attribute("href") is { } address => $"<{address}>",
        XElement { Name.LocalName: "see" } see when (string?)see.Attribute("cref") is { } symbol => $"`{symbol[(symbol.LastIndexOf('.') + 1)..]}`",
        XElement { Name.LocalName: "see" } see when (string?)see.Attribute("langword") is { } word => $"`{word}`",
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement element => string.Concat(element.Nodes().Select(ToMarkdown)),
        _ => "",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
