using System.CommandLine;
using AttentionGen.CommandLine.Output;

namespace AttentionGen.CommandLine.Options;

/// <summary><c>--json [file]</c>: the result as JSON, instead of text on standard output or in a file beside it.</summary>
internal sealed class JsonOption : Option<string?>
{
    public JsonOption()
        : base("--json")
    {
        HelpName = "file";
        Description = "Print the result as JSON and nothing else; with a file write it there, and print the text.";
        Arity = ArgumentArity.ZeroOrOne;
    }

    /// <summary>Writes JSON where the command line asks for it.</summary>
    /// <returns>Whether text is to be printed.</returns>
    public bool Write(ParseResult result, CommandOutput output, Func<string> json)
    {
        if (result.GetResult(this) is null)
            return true;
        if (result.GetValue(this) is { } path)
        {
            File.WriteAllText(path, json() + "\n");
            return true;
        }

        output.Writer.WriteLine(json());
        return false;
    }
}
