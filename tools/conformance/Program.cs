using System.CommandLine;
using AttentionGen;
using AttentionGen.Conformance;
using AttentionGen.Conformance.Tool;
using AttentionGen.Libtorch;

ConformanceCommand command = new();
ParseResult result = command.Parse(args);
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
Console.CancelKeyPress += (_, signal) =>
{
    // The first asks for an orderly end; the second ends the process.
    signal.Cancel = !cancellation.IsCancellationRequested;
    cancellation.Cancel();
};

try
{
    RunOptions run = command.Read(result);
    LibtorchRuntime.Load(new LibtorchOptions { Device = run.Device.Kind });
    AttentionDevice device = LibtorchRuntime.Describe(run.Device);
    ConformanceReport report = ConformanceBattery.Run(AttentionRegistry.Instance, device, new ConformanceOptions
    {
        Backends = run.Backends,
        Filter = run.Filter,
        Thoroughness = run.Thoroughness,
        Progress = new ProgressLines(Console.Error),
        Cancellation = cancellation.Token,
    });
    if (run.JsonPath is { } path)
        File.WriteAllText(path, report.ToJson());
    report.WriteTable(Console.Out);
    return report.Passed ? ExitCodes.Conforms : ExitCodes.DoesNotConform;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Cancelled.");
    return ExitCodes.Cancelled;
}
catch (Exception error) when (error is LibtorchLoadException or ArgumentException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"error: {error.Message}");
    return ExitCodes.InvalidInput;
}
