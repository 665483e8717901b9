using AttentionGen.CommandLine.Execution;
using AttentionGen.CommandLine.Output;

namespace AttentionGen.CommandLine;

/// <summary>
/// The commands of <c>attn</c> (list, explain, verify, bench, tune, completion) over the backends of a registry: an
/// application that has backends of its own gets all of them with a program that calls <see cref="Run"/>.
/// </summary>
/// <remarks>docs/attn.md describes the commands, their JSON and their exit codes.</remarks>
public static class AttentionCommandLine
{
    /// <summary>
    /// Runs one command on the console. Ctrl+C asks for an orderly end, a second one ends the process. Colours and live
    /// progress are shown only on a terminal, and not where the environment variable <c>NO_COLOR</c> is set.
    /// </summary>
    /// <param name="registry">Whose backends: <c>AttentionRegistry.Instance</c>.</param>
    /// <param name="args">The arguments of the program.</param>
    /// <returns>
    /// The exit code: 0 where all went well, 1 for a negative result (no backend supports it, one does not conform), 2 for
    /// input that cannot be used, 130 where it was cancelled.
    /// </returns>
    public static int Run(AttentionBackendRegistry registry, string[] args)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(args);
        using CancellationTokenSource cancellation = new();
        ConsoleCancelEventHandler onCancel = (_, signal) =>
        {
            signal.Cancel = !cancellation.IsCancellationRequested;
            cancellation.Cancel();
        };
        Console.CancelKeyPress += onCancel;
        try
        {
            return CommandRunner.Run(new CommandContext(registry, CommandOutput.OfConsole(), cancellation.Token), args);
        }
        finally
        {
            Console.CancelKeyPress -= onCancel;
        }
    }

    /// <summary>Runs one command on another thread and writes plain text of 100 columns, without colours.</summary>
    /// <param name="registry">Whose backends: <c>AttentionRegistry.Instance</c>.</param>
    /// <param name="args">The arguments, as of the program.</param>
    /// <param name="output">Where results go.</param>
    /// <param name="error">Where errors and progress go.</param>
    /// <param name="cancellation">Ends the command in an orderly way.</param>
    /// <returns>The exit code, as of <see cref="Run"/>.</returns>
    public static Task<int> InvokeAsync(
        AttentionBackendRegistry registry, string[] args, TextWriter output, TextWriter error, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);
        CommandContext context = new(registry, CommandOutput.Of(output, error), cancellation);

        // Not cancelled by the token itself: a command that has not begun says so by its exit code, like one that has.
        return Task.Run(() => CommandRunner.Run(context, args), CancellationToken.None);
    }
}
