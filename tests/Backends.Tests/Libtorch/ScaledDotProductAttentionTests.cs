using AttentionGen.Libtorch;
using TorchSharp;
using Xunit;

namespace AttentionGen.Tests.Libtorch;

public sealed class ScaledDotProductAttentionTests
{
    private const int Batch = 2, KeyHeads = 2, HeadSize = 8;

    public ScaledDotProductAttentionTests() => LibtorchRuntime.Load();

    [Theory]
    [InlineData(2, 5, 5, false, null)]
    [InlineData(2, 5, 7, false, 0.3)]
    [InlineData(6, 5, 7, false, 0.3)]
    [InlineData(6, 5, 5, true, null)]
    [InlineData(2, 5, 7, true, 1.25)]
    [InlineData(8, 1, 9, false, -0.5)]
    public void It_agrees_with_the_definition(int queryHeads, int queryLength, int keyLength, bool causal, double? scale)
    {
        Operands operands = new(queryHeads, queryLength, keyLength);
        using torch.Tensor result = ScaledDotProductAttention.Forward(
            operands.Query, operands.Key, operands.Value, isCausal: causal, scale: scale, enableGqa: queryHeads != KeyHeads);

        Assert.Equal([Batch, queryHeads, queryLength, HeadSize], result.shape);
        AssertClose(operands.Expected(causal, scale), result, 1e-5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_mask_is_added_or_chooses(bool boolean)
    {
        Operands operands = new(KeyHeads, 4, 6);
        static bool TakesPart(int i, int j) => (i + j) % 3 != 0 || j == 5;
        using torch.Tensor chooses = torch.tensor(
            [.. Enumerable.Range(0, 24).Select(n => TakesPart(n / 6, n % 6))]).reshape(4, 6);
        using torch.Tensor adds = torch.tensor([.. Enumerable.Range(0, 24).Select(n => n * 0.1f - 1)]).reshape(1, 1, 4, 6);

        using torch.Tensor result = ScaledDotProductAttention.Forward(operands.Query, operands.Key, operands.Value, boolean ? chooses : adds);

        AssertClose(
            operands.Expected(
                causal: false,
                scale: null,
                (_, _, i, j) => boolean ? (TakesPart(i, j) ? 0 : double.NegativeInfinity) : (i * 6 + j) * 0.1f - 1),
            result,
            1e-5);
    }

    [Fact]
    public void Transposed_operands_are_read_by_their_strides()
    {
        Operands operands = new(KeyHeads, 5, 5);
        using torch.Tensor rows = operands.Query.transpose(1, 2).contiguous(), back = rows.transpose(1, 2);
        Assert.False(((TensorView)back).IsContiguous);

        using torch.Tensor result = ScaledDotProductAttention.Forward(back, operands.Key, operands.Value);

        AssertClose(operands.Expected(false, null), result, 1e-5);
    }

    [Theory]
    [InlineData(torch.ScalarType.BFloat16, 2e-2)]
    [InlineData(torch.ScalarType.Float16, 4e-3)]
    public void Half_precision_agrees_within_its_own(torch.ScalarType type, double tolerance)
    {
        Operands operands = new(KeyHeads, 5, 7);
        using torch.Tensor query = operands.Query.to(type), key = operands.Key.to(type), value = operands.Value.to(type);

        using torch.Tensor result = ScaledDotProductAttention.Forward(query, key, value);

        Assert.Equal(type, result.dtype);
        AssertClose(operands.Expected(false, null), result, tolerance);
    }

    [Fact]
    public void Operands_that_do_not_fit_are_refused_with_their_shapes()
    {
        using torch.Tensor q = torch.zeros(1, 4, 3, 8), k = torch.zeros(1, 2, 5, 8), other = torch.zeros(1, 2, 5, 6);

        AssertRefused("4 heads, key and value have 2", () => ScaledDotProductAttention.Forward(q, k, k));
        AssertRefused("same head size", () => ScaledDotProductAttention.Forward(q, other, other, enableGqa: true));
        AssertRefused("[B, H, S, D]", () => ScaledDotProductAttention.Forward(q[0], k, k));
        AssertRefused("same heads and length", () => ScaledDotProductAttention.Forward(q, k, torch.zeros(1, 2, 4, 8), enableGqa: true));
        AssertRefused("must be a multiple", () => ScaledDotProductAttention.Forward(q, torch.zeros(1, 3, 5, 8), torch.zeros(1, 3, 5, 8), enableGqa: true));
        AssertRefused("same batch size", () => ScaledDotProductAttention.Forward(q, torch.zeros(2, 4, 5, 8), torch.zeros(2, 4, 5, 8)));
        AssertRefused("same element type", () => ScaledDotProductAttention.Forward(q, k.to(torch.bfloat16), k, enableGqa: true));
        AssertRefused("computes with", () => ScaledDotProductAttention.Forward(k.to(torch.int32), k.to(torch.int32), k.to(torch.int32)));
        AssertRefused("both given", () => ScaledDotProductAttention.Forward(k, k, k, torch.zeros(5, 5), isCausal: true));
        AssertRefused("broadcast to [1, 2, 5, 5]", () => ScaledDotProductAttention.Forward(k, k, k, torch.zeros(5, 4)));
        AssertRefused("must be Boolean", () => ScaledDotProductAttention.Forward(k, k, k, torch.zeros(5, 5, torch.int64)));
        AssertRefused("finite", () => ScaledDotProductAttention.Forward(k, k, k, scale: double.NaN));
    }

    [Theory]
    [InlineData(2, false, null)]
    [InlineData(2, true, 0.3)]
    [InlineData(6, false, null)]
    [InlineData(6, true, 0.3)]
    public void The_log_sum_exp_agrees_with_the_definition(int queryHeads, bool causal, double? scale)
    {
        Operands operands = new(queryHeads, 7, 7);
        (torch.Tensor output, torch.Tensor logSumExp) = LogSumExpAttention.Forward(operands.Query, operands.Key, operands.Value, causal, scale);
        using (output)
        using (logSumExp)
        {
            (double[] Output, double[] LogSumExp) expected = operands.Expected(causal, scale);
            Assert.Equal([Batch, queryHeads, 7], logSumExp.shape);
            AssertClose(expected, output, 1e-5);
            AssertClose((expected.LogSumExp, []), logSumExp, 1e-5);
        }
    }

    [Fact]
    public void The_log_sum_exp_of_half_precision_is_a_float()
    {
        Operands operands = new(KeyHeads, 4, 9);
        (torch.Tensor output, torch.Tensor logSumExp) = LogSumExpAttention.Forward(
            operands.Query.to(torch.bfloat16), operands.Key.to(torch.bfloat16), operands.Value.to(torch.bfloat16));
        using (output)
        using (logSumExp)
        {
            Assert.Equal(torch.ScalarType.BFloat16, output.dtype);
            Assert.Equal(torch.ScalarType.Float32, logSumExp.dtype);
            AssertClose((operands.Expected(false, null).LogSumExp, []), logSumExp, 3e-2);
        }
    }

    [Fact]
    public void What_the_flash_kernels_cannot_do_is_refused()
    {
        using torch.Tensor q = torch.zeros(1, 2, 3, 8), k = torch.zeros(1, 2, 5, 8), wide = torch.zeros(1, 2, 5, 16);

        AssertRefused("same length", () => LogSumExpAttention.Forward(q, k, k, isCausal: true).Output);
        AssertRefused("same head size", () => LogSumExpAttention.Forward(q, k, wide).Output);
        AssertRefused("neither may be empty", () => LogSumExpAttention.Forward(q, k[.., .., ..0], k[.., .., ..0]).Output);
    }

    private static void AssertRefused(string text, Func<torch.Tensor> call)
    {
        var error = Assert.Throws<ArgumentException>(() => call());
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
    }

    private static void AssertClose((double[] Output, double[] LogSumExp) expected, torch.Tensor actual, double tolerance)
    {
        using torch.Tensor flat = actual.to(torch.float32).contiguous();
        float[] values = flat.data<float>().ToArray();
        Assert.Equal(expected.Output.Length, values.Length);
        for (int i = 0; i < values.Length; i++)
            Assert.True(Math.Abs(expected.Output[i] - values[i]) <= tolerance, $"element {i}: {values[i]} for {expected.Output[i]}");
    }

    private sealed class Operands(int queryHeads, int queryLength, int keyLength)
    {
        private readonly float[] _query = AttentionReference.Random(1, Batch * queryHeads * queryLength * HeadSize);
        private readonly float[] _key = AttentionReference.Random(2, Batch * KeyHeads * keyLength * HeadSize);
        private readonly float[] _value = AttentionReference.Random(3, Batch * KeyHeads * keyLength * HeadSize);

        public torch.Tensor Query => torch.tensor(_query).reshape(Batch, queryHeads, queryLength, HeadSize);

        public torch.Tensor Key => torch.tensor(_key).reshape(Batch, KeyHeads, keyLength, HeadSize);

        public torch.Tensor Value => torch.tensor(_value).reshape(Batch, KeyHeads, keyLength, HeadSize);

        public (double[] Output, double[] LogSumExp) Expected(bool causal, double? scale, Func<int, int, int, int, double>? bias = null) =>
            AttentionReference.Compute(
                _query, _key, _value, Batch, queryHeads, KeyHeads, queryLength, keyLength, HeadSize,
                scale ?? 1 / Math.Sqrt(HeadSize), causal, bias);
    }
}
