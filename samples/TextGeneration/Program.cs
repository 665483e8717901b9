using System.CommandLine;
using System.Text.Json;
using AttentionGen;
using AttentionGen.Libtorch;
using TextGeneration;
using TextGeneration.CommandLine;

RunCommand command = new();
ParseResult result = command.Parse(args, RunCommand.Parsing);
if (result.Errors.Count > 0)
{
    foreach (var error in result.Errors)
        Console.Error.WriteLine($"error: {error.Message}");
    Console.Error.WriteLine("Run with --help for the options.");
    return ExitCodes.InvalidInput;
}

if (result.Action is not null)
    return result.Invoke();

using CancellationTokenSource cancellation = new();
try
{
    RunOptions options = command.Read(result);
    options = options with { Prompts = PromptReader.Read(options.Prompts, Console.In) };

    // Not before: while prompts are read there is nothing to end in order.
    Console.CancelKeyPress += (_, signal) =>
    {
        // The first asks for an orderly end; the second ends the process.
        signal.Cancel = !cancellation.IsCancellationRequested;
        cancellation.Cancel();
    };

    RunReport report = Run.Execute(options, Console.Out, cancellation.Token);
    if (options.Json)
        Console.Out.WriteLine(JsonSerializer.Serialize(report, RunReportContext.Default.RunReport));
    else
        ReportText.Write(report, Console.Error);
    return report.Cancelled ? ExitCodes.Cancelled : ExitCodes.Success;
}
catch (Exception error) when (error is InvalidInputException or LibtorchLoadException or UnknownBackendException or BackendSelectionException)
{
    Console.Error.WriteLine($"error: {error.Message}");
    return ExitCodes.InvalidInput;
}
