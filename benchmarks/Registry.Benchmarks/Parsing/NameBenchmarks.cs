using BenchmarkDotNet.Attributes;

namespace AttentionGen.Benchmarks;

/// <summary>From <see cref="Backend"/> to text.</summary>
public class NameBenchmarks
{
    private static readonly Dictionary<Backend, string> s_names =
        Enum.GetValues<Backend>().ToDictionary(static backend => backend, AttentionRegistry.GetName);

    [Params(Backend.FlashAttn, Backend.RocmAiterUnifiedAttn)]
    public Backend Name { get; set; }

    [Benchmark(Description = "AttentionRegistry.GetName")]
    public string Generated() => AttentionRegistry.GetName(Name);

    [Benchmark(Description = "Enum.ToString", Baseline = true)]
    public string EnumToString() => Name.ToString();

    [Benchmark(Description = "Dictionary")]
    public string Hashed() => s_names[Name];
}
