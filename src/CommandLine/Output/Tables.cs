using Spectre.Console;

namespace AttentionGen.CommandLine.Output;

/// <summary>The one look of all tables: a rule below the titles, two spaces between columns, no frame.</summary>
internal static class Tables
{
    public static Table Create(params ReadOnlySpan<string> titles)
    {
        Table table = new() { Border = TableBorder.Simple };
        foreach (string title in titles)
            table.AddColumn(new TableColumn(new Text(title, new Style(decoration: Decoration.Bold))));
        return table;
    }

    /// <summary>Writes a table without the empty lines and trailing spaces that a frame of blanks leaves.</summary>
    public static void WriteTable(this IAnsiConsole console, Table table)
    {
        if (console.Profile.Capabilities.Ansi)
        {
            console.Write(table);
            return;
        }

        using StringWriter text = new();
        IAnsiConsole plain = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(text),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        plain.Profile.Width = console.Profile.Width;
        plain.Profile.Capabilities.Unicode = console.Profile.Capabilities.Unicode;
        plain.Write(table);
        foreach (string line in text.ToString().ReplaceLineEndings("\n").Trim('\n').Split('\n'))
        {
            if (line.Trim().Length > 0)
                console.Profile.Out.Writer.WriteLine(line.TrimEnd());
        }
    }
}
