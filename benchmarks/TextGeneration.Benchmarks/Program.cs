using System.CommandLine;
using System.Text.Json;
using TextGeneration.Benchmarks;

BenchmarkCommand command = new();
ParseResult result = command.Parse(args);
if (result.Errors.Count > 0)
{
    foreach (var error in result.Errors)
        Console.Error.WriteLine($"error: {error.Message}");
    return 2;
}

if (result.Action is not null)
    return result.Invoke();

BenchmarkOptions options = command.Read(result);
try
{
    BenchmarkReport report = Benchmark.Run(options, Console.Error);
    if (options.Json)
        Console.WriteLine(JsonSerializer.Serialize(report, BenchmarkReportContext.Default.BenchmarkReport));
    else
        ReportTable.Write(report, Console.Out);
    return 0;
}
catch (ProgramFailedException failure)
{
    Console.Error.WriteLine($"error: {failure.Message}");
    return 1;
}
