using AttentionGen.Tests.Cuda.Steps;
using Xunit;
using AttentionCase = AttentionGen.Conformance.Cases.AttentionCase;

namespace AttentionGen.Tests.Cuda;

/// <summary>The keys of one request, cut into a number of parts.</summary>
public sealed class CutKeysTests
{
    public static MatrixTheoryData<bool, bool, int> Parts { get; } = new([false, true], [false, true], [1, 2, 3, 7, 0]);

    [Theory]
    [MemberData(nameof(Parts))]
    public void In_so_many_parts_and_in_as_many_as_there_are_blocks(bool isSpecialised, bool isPrefill, int parts)
    {
        CudaTest.Backend(isSpecialised).Dispose();
        Assert.True(CutSteps.TryRun(CudaTest.Device, isSpecialised, Shape(ElementType.BFloat16, 128), isPrefill, parts));
        Assert.True(CutSteps.TryRun(CudaTest.Device, isSpecialised, Shape(ElementType.Float16, 64), isPrefill, parts));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(33)]
    public void At_fixed_multiples_where_the_layer_is_batch_invariant(int parts) =>
        Assert.True(CutSteps.TryRun(CudaTest.Device, isSpecialised: false, Shape(ElementType.BFloat16, 128) with { BatchInvariance = true }, isPrefill: false, parts));

    private static AttentionCase Shape(ElementType type, int headSize) => new() { Batch = "cut", Requests = [], ElementType = type, HeadSize = headSize };
}
