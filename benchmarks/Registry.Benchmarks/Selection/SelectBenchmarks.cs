using BenchmarkDotNet.Attributes;

namespace AttentionGen.Benchmarks;

/// <summary>
/// From a request to a selection among 18 backends. The environment variable ATTENTION_BACKEND is as it was when the program
/// was started, so that it is read as an application reads it: run it with and without.
/// </summary>
public class SelectBenchmarks
{
    private static readonly DeclaredBackends s_registry = new();

    private static readonly AttentionRequest s_request = Ask();

    private static readonly AttentionRequest s_equal = Ask();

    private static readonly BackendChoice? s_environment = BackendChoice.FromEnvironment();

    // As a model's runner would: not the object that was asked with before, and equal to it.
    private static AttentionRequest Ask() => new()
    {
        Device = AttentionDevice.Cuda(90), ElementType = ElementType.BFloat16, HeadSize = 128, QueryHeads = 32, KeyValueHeads = 8, PageSize = 16,
        Features = AttentionFeatures.SlidingWindow | AttentionFeatures.LogSumExp,
    };

    [Benchmark(Description = "AttentionSelector.Select")]
    public Selection Cold() => AttentionSelector.Select(s_registry, s_request, environment: s_environment);

    [Benchmark(Description = "AttentionSelector.Select, then Explain")]
    public string Explained() => AttentionSelector.Select(s_registry, s_request, environment: s_environment).Explain();

    [Benchmark(Description = "registry.Select, the same request")]
    public Selection Same() => s_registry.Select(s_request);

    [Benchmark(Description = "registry.Select, an equal request")]
    public Selection Equal() => s_registry.Select(s_equal);
}
