using AttentionGen.Conformance.Cases;
using AttentionGen.Tests.Cuda.Steps;
using AttentionGen.Tests.Emulation;
using Xunit;

namespace AttentionGen.Tests.Steps;

/// <summary>The keys of one request, cut into a number of parts.</summary>
public sealed class CutKeysTests
{
    private static readonly AttentionCase s_shape = new() { Batch = "cut", Requests = [], ElementType = ElementType.Float16, HeadSize = 64 };

    public static MatrixTheoryData<bool, bool, int> Parts { get; } = new([false, true], [false, true], [1, 2, 3, 0]);

    [Theory]
    [MemberData(nameof(Parts))]
    public void In_so_many_parts_and_in_as_many_as_there_are_blocks(bool isSpecialised, bool isPrefill, int parts) =>
        Assert.True(CutSteps.TryRun(EmulatedCuda.Required, isSpecialised, s_shape, isPrefill, parts));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void At_fixed_multiples_where_the_layer_is_batch_invariant(int parts) =>
        Assert.True(CutSteps.TryRun(EmulatedCuda.Required, isSpecialised: false, s_shape with { BatchInvariance = true }, isPrefill: false, parts));
}
