using System.CommandLine;
using System.Text.Json;
using AttentionGen;
using AttentionGen.Benchmarks;
using AttentionGen.Cpu;
using AttentionGen.Libtorch;

BenchmarkCommand command = new();
ParseResult result = command.Parse(args);
if (result.Errors.Count > 0 || result.Action is not null)
    return result.Invoke();

BenchmarkOptions options = command.Read(result);
bool Wants(string group) => options.Groups.Length == 0 || options.Groups.Contains(group);

LibtorchRuntime.Load(new LibtorchOptions { Device = DeviceKind.Cpu });
Report report = new((options.Width ?? KernelSelection.SupportedWidths[0]).ToString(), []);
Console.WriteLine($"Vector width: {report.Processor}");
ReportTable.WriteHeader(Console.Out);
foreach (int count in options.Threads)
{
    if (Wants("memory"))
        Add(CopyBenchmark.Run(count, options.Seconds));
    foreach (ElementType type in (ElementType[])[ElementType.Float32, ElementType.BFloat16])
    {
        foreach (StepShape shape in Wants("decode") ? Decodes() : [])
            Add(StepBenchmark.Run(shape, type, count, options.Width, options.Seconds));
        foreach (StepShape shape in Wants("prefill") ? Prefills() : [])
            Add(StepBenchmark.Run(shape, type, count, options.Width, options.Seconds));
    }
}

if (options.Json is { } path)
    File.WriteAllText(path, JsonSerializer.Serialize(report, ReportContext.Default.Report));
return 0;

static IEnumerable<StepShape> Decodes() =>
    from keys in (int[])[4096, 32768] from requests in (int[])[1, 4] select new StepShape(requests, 1, keys, 32, 4, 128);

static IEnumerable<StepShape> Prefills() =>
    from keys in (int[])[1024, 2048, 4096] select new StepShape(1, keys, keys, 8, 2, 128);

void Add(ReportRow row)
{
    report.Rows.Add(row);
    ReportTable.Write(row, Console.Out);
}
