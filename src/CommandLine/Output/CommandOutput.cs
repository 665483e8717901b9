using Spectre.Console;

namespace AttentionGen.CommandLine.Output;

/// <summary>Where a command writes: results to one stream, errors and progress to another.</summary>
internal sealed class CommandOutput
{
    /// <summary>The width of text that goes to a file, a pipe or a test.</summary>
    private const int PlainWidth = 100;

    private readonly IAnsiConsole _error;

    private CommandOutput(TextWriter writer, IAnsiConsole results, TextWriter errorWriter, IAnsiConsole error, bool showsLiveProgress)
    {
        Writer = writer;
        Results = results;
        ErrorWriter = errorWriter;
        _error = error;
        ShowsLiveProgress = showsLiveProgress;
    }

    /// <summary>Results as plain text, for JSON and scripts.</summary>
    public TextWriter Writer { get; }

    /// <summary>Results as tables and coloured text.</summary>
    public IAnsiConsole Results { get; }

    public TextWriter ErrorWriter { get; }

    /// <summary>Errors and progress as coloured text.</summary>
    public IAnsiConsole Error => _error;

    /// <summary>Whether progress may be redrawn in place; otherwise it is lines.</summary>
    public bool ShowsLiveProgress { get; }

    public static CommandOutput OfConsole()
    {
        bool plain = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) || Environment.GetEnvironmentVariable("TERM") == "dumb";
        bool errorIsTerminal = !Console.IsErrorRedirected;
        return new CommandOutput(
            Console.Out, MakeConsole(Console.Out, !Console.IsOutputRedirected, plain),
            Console.Error, MakeConsole(Console.Error, errorIsTerminal, plain),
            errorIsTerminal && !plain);
    }

    public static CommandOutput Of(TextWriter output, TextWriter error) =>
        new(output, MakeConsole(output, isTerminal: false, plain: true), error, MakeConsole(error, isTerminal: false, plain: true), false);

    public void WriteError(string message)
    {
        // Not through a table's width: an error is one line, whatever reads it.
        if (_error.Profile.Capabilities.Ansi)
            _error.Markup("[red]error:[/] ");
        else
            ErrorWriter.Write("error: ");
        ErrorWriter.WriteLine(message);
    }

    private static IAnsiConsole MakeConsole(TextWriter writer, bool isTerminal, bool plain)
    {
        bool coloured = isTerminal && !plain;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = coloured ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = coloured ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = coloured ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),

            // They turn colours on for some continuous integration services, where nobody asked for them.
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        if (!isTerminal)
            console.Profile.Width = PlainWidth;
        console.Profile.Capabilities.Unicode = writer.Encoding.CodePage is 65001 or 1200;
        return console;
    }
}
