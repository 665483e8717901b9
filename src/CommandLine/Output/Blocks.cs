using Spectre.Console;
using Spectre.Console.Rendering;

namespace AttentionGen.CommandLine.Output;

/// <summary>The one look of all text: tables with a rule below their titles and no frame, paragraphs that wrap between words.</summary>
internal static class Blocks
{
    public static Style Headline { get; } = new(decoration: Decoration.Bold);

    public static Table Table(params ReadOnlySpan<string> titles)
    {
        Table table = new() { Border = TableBorder.Simple };
        foreach (string title in titles)
            table.AddColumn(new TableColumn(new Text(title, Headline)));
        return table;
    }

    /// <summary>Titles and texts in two columns; texts wrap in theirs.</summary>
    public static Grid Rows(IEnumerable<(string Title, string Text)> rows)
    {
        Grid grid = new();
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(2, 0, 2, 0), Width = 8 });
        grid.AddColumn(new GridColumn { Padding = new Padding(0, 0, 0, 0) });
        foreach ((string title, string text) in rows)
            grid.AddRow(new Text(title), new Text(text));
        return grid;
    }

    public static void WriteParagraph(this IAnsiConsole console, string text, Style? style = null) => console.WriteBlock(new Text(text, style));

    /// <summary>Writes a block on lines of its own; where it is plain text, without the spaces and empty lines that fill a frame of blanks.</summary>
    public static void WriteBlock(this IAnsiConsole console, IRenderable block)
    {
        if (console.Profile.Capabilities.Ansi)
        {
            console.Write(block);
            if (block is Text)
                console.WriteLine();
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
        plain.Write(block);
        foreach (string line in text.ToString().ReplaceLineEndings("\n").Split('\n'))
        {
            if (line.Trim().Length > 0)
                console.Profile.Out.Writer.WriteLine(line.TrimEnd());
        }
    }
}
