using AttentionGen.Libtorch.Gathered;
using Xunit;
using static TorchSharp.torch;

namespace AttentionGen.Tests.Attention;

/// <summary>Matrix products in float32 whose scores do not fit in one piece.</summary>
public sealed class DenseAttentionTests
{
    [Fact]
    public void Long_prefills_are_attended_some_rows_at_a_time()
    {
        using var scope = NewDisposeScope();
        const int Length = 3000;
        using Generator generator = new(5);
        Tensor query = randn(1, 8, Length, 16, generator: generator), keys = randn(1, 2, Length, 16, generator: generator), values = randn(1, 2, Length, 16, generator: generator);

        (Tensor output, Tensor logSumExp) = DenseAttention.Attend(new PaddedOperands(query, keys, values, null, null, IsCausal: true, 0.25f, true), softCap: null);
        (Tensor expected, Tensor expectedLogSumExp) = AttentionGen.Libtorch.LogSumExpAttention.Forward(query, keys, values, isCausal: true, scale: 0.25);

        Assert.True(output.allclose(expected, 1e-4, 1e-5));
        Assert.True(logSumExp.allclose(expectedLogSumExp, 1e-4, 1e-5));
    }
}
