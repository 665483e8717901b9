using System.CommandLine;

namespace AttentionGen.CommandLine.Execution;

/// <summary>One of the commands.</summary>
internal abstract class AttentionCommand(string name, string description) : Command(name, description)
{
    /// <summary>Does what a command line without errors asks for.</summary>
    /// <returns>An exit code.</returns>
    public abstract int Execute(ParseResult result, CommandContext context);
}
