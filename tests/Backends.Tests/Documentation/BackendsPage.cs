using System.Text;

namespace AttentionGen.Tests.Documentation;

/// <summary>The part of docs/backends.md that is written from a registry's descriptors.</summary>
internal static class BackendsPage
{
    private const string Begin = "<!-- generated from the registry -->\n";
    private const string End = "<!-- end of the generated part -->\n";

    /// <summary>A page with its generated part replaced.</summary>
    public static string WithGenerated(string page, string generated)
    {
        int begin = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        int end = page.IndexOf(End, StringComparison.Ordinal);
        return page[..begin] + generated + page[end..];
    }

    /// <summary>What of a page is written by hand and follows the generated part.</summary>
    public static string HandWritten(string page) => page[page.IndexOf(End, StringComparison.Ordinal)..];

    /// <summary>The generated part: all in-tree names, then a section for each that is served.</summary>
    public static string Render(AttentionBackendRegistry registry)
    {
        BackendResolution[] inTree = [.. Enum.GetValues<Backend>().Select(registry.Resolve)];
        StringBuilder page = new();
        Row(page, ["Name", "Stands for", "Served by", "Devices", "Form"]);
        Row(page, ["---", "---", "---", "---", "---"]);
        foreach (BackendResolution name in inTree)
            Row(page, [Link(name), XmlDocumentation.SummaryOf(name.Known!.Value), .. Service(name.Descriptor)]);

        foreach (BackendDescriptor backend in inTree.Select(static name => name.Descriptor).OfType<BackendDescriptor>())
            page.Append('\n').Append(RenderSection(backend, XmlDocumentation.DescriptionOf(backend)));

        return page.Append('\n').ToString();
    }

    /// <summary>One served backend: its class, what that says of itself, and what it declares for each kind of device.</summary>
    public static string RenderSection(BackendDescriptor backend, string description)
    {
        StringBuilder section = new();
        section.Append("### ").Append(backend.Name).Append("\n\n");
        section.Append($"Class `{backend.TypeName}` of assembly `{backend.AssemblyName}`{(backend.IsOverride ? ", in place of another assembly's" : "")}.\n\n{description}\n\n");
        if (backend.Supports.IsEmpty)
            return section.Append("It declares no device, so the selector never picks it.\n").ToString();

        Row(section, ["", .. backend.Supports.Select(static support => support.Device.ToString())]);
        Row(section, ["---", .. backend.Supports.Select(static _ => "---")]);
        var columns = backend.Supports.Select(static support => SupportWords.Describe(support).ToArray()).ToArray();
        for (int row = 0; row < columns[0].Length; row++)
        {
            if (!columns.All(column => SupportWords.IsLeftOut(column[row].Title, column[row].Text)))
                Row(section, [columns[0][row].Title, .. columns.Select(column => column[row].Text)]);
        }

        return section.ToString();
    }

    private static string Link(BackendResolution name) =>
        name.Descriptor is null ? $"`{name.Name}`" : $"[`{name.Name}`](#{name.Name.ToLowerInvariant()})";

    private static string[] Service(BackendDescriptor? backend) => backend is null
        ? ["not served: no class carries the name", "", ""]
        :
        [
            $"`{backend.TypeName}`",
            Distinct(backend.Supports.Select(static support => support.Device.ToString())),
            Distinct(backend.Supports.Select(static support => support.Form.ToString())),
        ];

    private static string Distinct(IEnumerable<string> words) => string.Join(", ", words.Distinct());

    private static void Row(StringBuilder page, IEnumerable<string> cells) =>
        page.Append("| ").AppendJoin(" | ", cells.Select(static cell => cell.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");
}
