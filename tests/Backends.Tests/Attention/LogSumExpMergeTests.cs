using AttentionGen.Libtorch.Gathered;
using Xunit;
using static TorchSharp.torch;

namespace AttentionGen.Tests.Attention;

public sealed class LogSumExpMergeTests
{
    [Fact]
    public void Two_parts_give_the_whole()
    {
        using var scope = NewDisposeScope();
        Tensor scores = Random(5, 3, 11).transpose(0, 1), values = Random(3, 11, 4);
        (Tensor expected, Tensor logSumExp) = Attend(scores, values);
        foreach (int cut in (int[])[1, 6, 10])
        {
            (Tensor left, Tensor leftLogSumExp) = Attend(scores.narrow(2, 0, cut), values.narrow(1, 0, cut));
            (Tensor right, Tensor rightLogSumExp) = Attend(scores.narrow(2, cut, 11 - cut), values.narrow(1, cut, 11 - cut));
            (Tensor merged, Tensor mergedLogSumExp) = LogSumExpMerge.Merge(left, leftLogSumExp, right, rightLogSumExp);
            Assert.True(merged.allclose(expected, 1e-5, 1e-6));
            Assert.True(mergedLogSumExp.allclose(logSumExp, 1e-5, 1e-6));
        }
    }

    [Theory]
    [InlineData(float.NegativeInfinity)]
    [InlineData(float.PositiveInfinity)]
    public void A_part_without_keys_is_left_out(float mark)
    {
        using var scope = NewDisposeScope();
        (Tensor output, Tensor logSumExp) = Attend(Random(3, 5, 7), Random(3, 7, 4));
        Tensor none = full_like(output, float.NaN), noneLogSumExp = full_like(logSumExp, mark);

        foreach ((Tensor merged, Tensor mergedLogSumExp) in ((Tensor, Tensor)[])
            [LogSumExpMerge.Merge(output, logSumExp, none, noneLogSumExp), LogSumExpMerge.Merge(none, noneLogSumExp, output, logSumExp)])
        {
            Assert.True(merged.allclose(output, 1e-6, 1e-6));
            Assert.True(mergedLogSumExp.allclose(logSumExp, 1e-6, 1e-6));
        }

        (Tensor nothing, Tensor nothingLogSumExp) = LogSumExpMerge.Merge(none, noneLogSumExp, none, noneLogSumExp);
        Assert.Equal(new float[nothing.numel()], nothing.data<float>().ToArray());
        Assert.All(nothingLogSumExp.data<float>().ToArray(), static x => Assert.Equal(float.NegativeInfinity, x));
    }

    [Fact]
    public void Weights_of_any_size_stay_finite()
    {
        using var scope = NewDisposeScope();
        (Tensor merged, Tensor logSumExp) = LogSumExpMerge.Merge(
            ones(1, 1, 2), tensor(new[] { 3e4f }).view(1, 1), full(1, 1, 2, 5f), tensor(new[] { -3e4f }).view(1, 1));
        Assert.Equal([1f, 1f], merged.data<float>().ToArray());
        Assert.Equal([3e4f], logSumExp.data<float>().ToArray());
    }

    private static Tensor Random(params long[] shape)
    {
        Random random = new(shape.Length + (int)shape[0]);
        return tensor([.. Enumerable.Range(0, (int)shape.Aggregate(static (x, y) => x * y)).Select(_ => (random.NextSingle() * 6) - 3)]).view(shape);
    }

    /// <summary>Scores [H, rows, keys] over values [H, keys, Dv]: output [rows, H, Dv] and log-sum-exps [H, rows].</summary>
    private static (Tensor Output, Tensor LogSumExp) Attend(Tensor scores, Tensor values) =>
        (scores.softmax(-1).bmm(values).transpose(0, 1), scores.logsumexp(-1));
}
