using System.CommandLine;
using System.Text.Json;
using AttentionGen;
using AttentionGen.Libtorch;
using AttentionGen.Soak;

SoakCommand command = new();
ParseResult result = command.Parse(args);
if (result.Errors.Count > 0 || result.Action is not null)
    return result.Invoke();

SoakOptions options = command.Read(result);
LibtorchRuntime.Load(new LibtorchOptions { Device = options.Device.Kind });
if (options.Device.Kind == DeviceKind.Cpu)
    TorchSharp.torch.set_num_threads(1);
options = options with { Device = LibtorchRuntime.Describe(options.Device) };
SoakReport report = new SoakRun(options).Run(Console.Error);
if (options.Json)
    Console.WriteLine(JsonSerializer.Serialize(report, SoakReportContext.Default.SoakReport));
else
    Console.WriteLine($"{report.Backend} on {report.Device}: {report.Steps:N0} steps, {report.Requests:N0} requests, {report.Tokens:N0} tokens in {report.Seconds:F0} s; worst error {report.WorstError:G2}.");
foreach (string failure in report.Failures)
    Console.Error.WriteLine($"failed: {failure}");
return report.Failures.Count == 0 ? 0 : 1;
