using System.Text.Json;
using AttentionGen;
using AttentionGen.Benchmarks;
using AttentionGen.Cpu;
using AttentionGen.Libtorch;

// Attention.Benchmarks [decode] [prefill] [memory] [--threads 1,2] [--width Avx2] [--seconds 3] [--json file]
string? Value(string option) => Array.IndexOf(args, option) is >= 0 and int i && i + 1 < args.Length ? args[i + 1] : null;
string[] groups = [.. args.TakeWhile(static arg => !arg.StartsWith('-'))];
bool Wants(string group) => groups.Length == 0 || groups.Contains(group);
int[] threads = [.. (Value("--threads") ?? "1,2").Split(',').Select(int.Parse)];
SimdWidth? width = Value("--width") is { } name ? Enum.Parse<SimdWidth>(name) : null;
double seconds = double.Parse(Value("--seconds") ?? "3", System.Globalization.CultureInfo.InvariantCulture);

LibtorchRuntime.Load(new LibtorchOptions { Device = DeviceKind.Cpu });
Report report = new((width ?? KernelSelection.SupportedWidths[0]).ToString(), []);
Console.WriteLine($"Vector width: {report.Processor}");
ReportTable.WriteHeader(Console.Out);
foreach (int count in threads)
{
    if (Wants("memory"))
        Add(CopyBenchmark.Run(count, seconds));
    foreach (ElementType type in (ElementType[])[ElementType.Float32, ElementType.BFloat16])
    {
        foreach (StepShape shape in Wants("decode") ? Decodes() : [])
            Add(StepBenchmark.Run(shape, type, count, width, seconds));
        foreach (StepShape shape in Wants("prefill") ? Prefills() : [])
            Add(StepBenchmark.Run(shape, type, count, width, seconds));
    }
}

if (Value("--json") is { } path)
    File.WriteAllText(path, JsonSerializer.Serialize(report, ReportContext.Default.Report));
return;

static IEnumerable<StepShape> Decodes() =>
    from keys in (int[])[4096, 32768] from requests in (int[])[1, 4] select new StepShape(requests, 1, keys, 32, 4, 128);

static IEnumerable<StepShape> Prefills() =>
    from keys in (int[])[1024, 2048, 4096] select new StepShape(1, keys, keys, 8, 2, 128);

void Add(ReportRow row)
{
    report.Rows.Add(row);
    ReportTable.Write(row, Console.Out);
}
