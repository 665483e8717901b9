using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using AttentionGen.Libtorch;

namespace AttentionGen.CommandLine.Execution;

/// <summary>From the arguments to the exit code: parses, runs the command, and turns what went wrong into one line.</summary>
internal static class CommandRunner
{
    private static readonly ParserConfiguration s_parsing = new() { ResponseFileTokenReplacer = null };

    public static int Run(CommandContext context, string[] args)
    {
        AttentionRootCommand root = new(context.Registry);
        if (root.Options.OfType<HelpOption>().Single().Action is HelpAction help)
            help.MaxWidth = context.Output.Results.Profile.Width;
        ParseResult result = root.Parse(args.Length == 0 ? ["--help"] : args, s_parsing);
        if (result.Errors.Count == 0 && result.Action is not null)
            return result.Invoke(new InvocationConfiguration { Output = context.Output.Writer, Error = context.Output.ErrorWriter });
        if (result.CommandResult.Command is not AttentionCommand command || result.Errors.Count > 0)
        {
            foreach (ParseError error in result.Errors)
                context.Output.WriteError(error.Message);
            context.Output.ErrorWriter.WriteLine("Run with --help for the commands and options.");
            return ExitCodes.InvalidInput;
        }

        try
        {
            context.Cancellation.ThrowIfCancellationRequested();
            return command.Execute(result, context);
        }
        catch (OperationCanceledException) when (context.Cancellation.IsCancellationRequested)
        {
            context.Output.ErrorWriter.WriteLine("Cancelled.");
            return ExitCodes.Cancelled;
        }
        catch (Exception error) when (IsOfTheInput(error))
        {
            context.Output.WriteError(error.Message);
            return ExitCodes.InvalidInput;
        }
    }

    private static bool IsOfTheInput(Exception error) => error
        is InvalidInputException or ArgumentException or LibtorchLoadException or IOException or UnauthorizedAccessException;
}
