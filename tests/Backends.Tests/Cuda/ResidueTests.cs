using AttentionGen.Conformance.Cases;
using AttentionGen.Tests.Attention;
using AttentionGen.Tests.Cuda.Steps;
using Xunit;
using AttentionCase = AttentionGen.Conformance.Cases.AttentionCase;

namespace AttentionGen.Tests.Cuda;

/// <summary>Numbers of queries and keys around the ends of the kernels' tiles, in every combination.</summary>
public sealed class ResidueTests
{
    public static MatrixTheoryData<bool, ElementType, bool> Forms { get; } = new([false, true], [ElementType.BFloat16, ElementType.Float16], [true, false]);

    [Theory]
    [MemberData(nameof(Forms))]
    public void All_pairs_in_one_batch(bool isSpecialised, ElementType type, bool causal)
    {
        using CudaEngineBackend backend = CudaTest.Backend(isSpecialised);
        foreach (int fewestQueries in (int[])[1, 128])
            ReferenceStep.AssertConforms(backend, TestDevice.Current, Shape(type, causal) with { Requests = Residues.Pairs(fewestQueries) });

        // With one query head to a KV head, a request has as many rows as queries.
        ReferenceStep.AssertConforms(backend, TestDevice.Current, Shape(type, causal) with { QueryHeads = 2, Requests = Residues.Pairs(1) });
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Pairs_alone(bool isSpecialised, ElementType type, bool causal)
    {
        using CudaEngineBackend backend = CudaTest.Backend(isSpecialised);
        foreach ((int queries, int keys) in (ReadOnlySpan<(int, int)>)[(0, 0), (1, 0), (63, 1), (64, 64), (65, 63), (127, 127), (0, 65)])
            ReferenceStep.AssertConforms(backend, TestDevice.Current, Shape(type, causal) with { Requests = [Residues.Pair(queries, keys, 1)] });
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Prompts_without_keys_before_them(bool isSpecialised, ElementType type, bool causal)
    {
        using CudaEngineBackend backend = CudaTest.Backend(isSpecialised);
        ReferenceStep.AssertConforms(backend, TestDevice.Current, Shape(type, causal) with
        {
            Requests = [.. Residues.Values.Select(static residue => RequestShape.Decoder(128 + residue, 128 + residue))],
        });
    }

    private static AttentionCase Shape(ElementType type, bool causal) => new()
    {
        Batch = "residues", Requests = [], QueryHeads = 8, KeyValueHeads = 2, ElementType = type, HeadSize = type == ElementType.BFloat16 ? 128 : 64, Causal = causal, LogSumExp = true,
    };
}
