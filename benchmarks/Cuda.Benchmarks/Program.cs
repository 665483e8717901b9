using System.CommandLine;
using AttentionGen.Cuda;
using AttentionGen.Cuda.Benchmarks;
using AttentionGen.Libtorch;

BenchmarkCommand command = new();
ParseResult result = command.Parse(args);
if (result.Errors.Count > 0 || result.Action is not null)
    return result.Invoke();

try
{
    return BenchmarkRun.Measure(command.Read(result)) ? 0 : 1;
}
catch (Exception error) when (error is LibtorchLoadException or CudaUnavailableException or CudaException)
{
    Console.Error.WriteLine(error.Message.ReplaceLineEndings(" "));
    return 1;
}
