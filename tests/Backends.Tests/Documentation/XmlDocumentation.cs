using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace AttentionGen.Tests.Documentation;

/// <summary>What classes and names say of themselves in the documentation files that the compiler writes, as Markdown.</summary>
internal static partial class XmlDocumentation
{
    /// <summary>The summary of a backend's class, and what its remarks add.</summary>
    public static string DescriptionOf(BackendDescriptor backend)
    {
        XElement member = Find(backend.AssemblyName, $"T:{backend.TypeName}");
        return member.Element("remarks") is { } remarks ? $"{Text(member.Element("summary")!)} {Text(remarks)}" : Text(member.Element("summary")!);
    }

    /// <summary>The summary of an in-tree name.</summary>
    public static string SummaryOf(Backend backend) =>
        Text(Find(typeof(Backend).Assembly.GetName().Name!, $"F:{typeof(Backend).FullName}.{backend}").Element("summary")!);

    private static XElement Find(string assembly, string name)
    {
        XDocument file = XDocument.Load(Path.Combine(AppContext.BaseDirectory, assembly + ".xml"));
        XElement? member = file.Descendants("member").SingleOrDefault(element => (string?)element.Attribute("name") == name);
        return member?.Element("summary") is not null
            ? member
            : throw new InvalidOperationException($"{assembly}.xml has no summary of {name}. docs/backends.md takes a backend's description from it.");
    }

    private static string Text(XElement element) => Space().Replace(string.Concat(element.Nodes().Select(ToMarkdown)), " ").Trim();

    private static string ToMarkdown(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see when (string?)see.Attribute("href") is { } address => $"<{address}>",
        XElement { Name.LocalName: "see" } see when (string?)see.Attribute("cref") is { } symbol => $"`{symbol[(symbol.LastIndexOf('.') + 1)..]}`",
        XElement { Name.LocalName: "see" } see when (string?)see.Attribute("langword") is { } word => $"`{word}`",
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "para" } paragraph => $" {string.Concat(paragraph.Nodes().Select(ToMarkdown))} ",
        XElement element => string.Concat(element.Nodes().Select(ToMarkdown)),
        _ => "",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
