using AttentionGen.CommandLine;

namespace AttentionGen.Tests;

/// <summary>Commands in this process, over any registry.</summary>
internal static class InProcess
{
    public static CommandResult Run(AttentionBackendRegistry registry, params string[] arguments) =>
        RunAsync(registry, arguments, TestContext.Current.CancellationToken).GetAwaiter().GetResult();

    public static CommandResult Run(params string[] arguments) => Run(AttentionRegistry.Instance, arguments);

    public static async Task<CommandResult> RunAsync(AttentionBackendRegistry registry, string[] arguments, CancellationToken cancellation)
    {
        using StringWriter output = new(), error = new();
        int exitCode = await AttentionCommandLine.InvokeAsync(registry, arguments, output, error, cancellation);
        return new CommandResult(exitCode, output.ToString().ReplaceLineEndings("\n"), error.ToString().ReplaceLineEndings("\n"));
    }
}
