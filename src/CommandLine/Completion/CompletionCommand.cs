using System.CommandLine;
using AttentionGen.CommandLine.Execution;

namespace AttentionGen.CommandLine.Completion;

/// <summary><c>attn completion</c>.</summary>
internal sealed class CompletionCommand : AttentionCommand
{
    private static readonly string[] s_shells = ["bash", "zsh", "fish", "pwsh"];

    private readonly Argument<string> _shell = new("shell") { Description = $"The shell: {string.Join(", ", s_shells)}." };

    public CompletionCommand()
        : base("completion", "Prints a script that has a shell complete commands, options, backends and values.")
    {
        _shell.Validators.Add(static result =>
        {
            if (result.Tokens is [{ Value: { } shell }] && !s_shells.Contains(shell, StringComparer.Ordinal))
                result.AddError($"'{shell}' is not a shell that there is a script for. Accepted: {string.Join(", ", s_shells)}.");
        });
        _shell.CompletionSources.Add(s_shells);
        Add(_shell);
    }

    public override int Execute(ParseResult result, CommandContext context)
    {
        string name = RootCommand.ExecutableName;
        using Stream script = typeof(CompletionCommand).Assembly.GetManifestResourceStream($"completion.{result.GetRequiredValue(_shell)}")!;
        using StreamReader reader = new(script);
        context.Output.Writer.Write(reader.ReadToEnd().ReplaceLineEndings("\n")
            .Replace("PROGRAM_NAME", name, StringComparison.Ordinal)
            .Replace("FUNCTION_NAME", string.Concat(name.Select(static c => char.IsAsciiLetterOrDigit(c) ? c : '_')), StringComparison.Ordinal));
        return ExitCodes.Success;
    }
}
