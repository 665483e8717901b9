using AttentionGen.Metadata;
using CsCheck;
using Xunit;

namespace AttentionGen.Tests.Metadata;

public sealed class MergeAttentionStatesTests
{
    private const float Infinity = float.PositiveInfinity;

    // Sizes of vLLM, tests/kernels/attention/test_merge_attn_states.py, whose log-sum-exps are +infinity in a tenth of the rows
    // of each part, but never in both; its tolerance for float32 is 1e-3.
    [Theory]
    [InlineData(256, 4, 32, null)]
    [InlineData(256, 16, 128, 128)]
    [InlineData(613, 8, 48, null)]
    [InlineData(613, 4, 96, 128)]
    public void Merges_as_vLLM(int tokens, int heads, int size, int? withContext)
    {
        Random random = new(0);
        float[] prefix = Normal(random, tokens * heads * size), suffix = Normal(random, tokens * heads * size);
        float[] prefixLse = Normal(random, tokens * heads), suffixLse = Normal(random, tokens * heads);
        for (int state = 0; state < prefixLse.Length; state++)
        {
            bool inPrefix = random.NextDouble() < 0.1, inSuffix = random.NextDouble() < 0.1;
            if (inPrefix && !inSuffix)
                prefixLse[state] = Infinity;
            if (inSuffix && !inPrefix)
                suffixLse[state] = Infinity;
        }

        float[] output = new float[prefix.Length], lse = new float[prefixLse.Length];
        MergeAttentionStates.Merge(prefix, prefixLse, suffix, suffixLse, heads, size, output, lse, withContext);

        for (int token = 0; token < tokens; token++)
        {
            for (int head = 0; head < heads; head++)
            {
                int state = (head * tokens) + token;
                bool hasPrefix = token < (withContext ?? tokens) && prefixLse[state] != Infinity;
                double p = hasPrefix ? Math.Exp(prefixLse[state]) : 0, s = suffixLse[state] == Infinity ? 0 : Math.Exp(suffixLse[state]);
                if (p + s == 0)
                {
                    Assert.Equal(float.NegativeInfinity, lse[state]);
                    continue;
                }

                AssertClose(Math.Log(p + s), lse[state]);
                for (int d = 0; d < size; d++)
                {
                    int i = (((token * heads) + head) * size) + d;
                    AssertClose(((p * prefix[i]) + (s * suffix[i])) / (p + s), output[i]);
                }
            }
        }
    }

    [Fact]
    public void Parts_of_a_softmax_make_the_whole() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 3], Gen.Int[1, 19], Gen.Int[1, 12], Gen.Int[1, 5], Gen.Int).Sample((tokens, heads, size, keys, parts, seed) =>
        {
            Random random = new(seed);
            double[] scores = [.. Normal(random, tokens * heads * keys).Select(score => score * 10.0)];
            double[] values = [.. Normal(random, heads * keys * size).Select(value => (double)value)];
            int[] cuts = [0, .. Enumerable.Range(0, parts - 1).Select(_ => random.Next(keys + 1)).Order(), keys];
            (float[] whole, float[] wholeLse) = Attend(scores, values, tokens, heads, size, 0, keys, keys);

            float[] outputs = [], lses = [];
            float[]? merged = null, mergedLse = null;
            for (int part = 0; part < parts; part++)
            {
                (float[] output, float[] lse) = Attend(scores, values, tokens, heads, size, cuts[part], cuts[part + 1], keys);
                outputs = [.. outputs, .. output];
                lses = [.. lses, .. lse];
                if (merged is null || mergedLse is null)
                    (merged, mergedLse) = (output, lse);
                else
                    MergeAttentionStates.Merge(merged, mergedLse, output, lse, heads, size, merged, mergedLse);
            }

            // One part alone is returned as it is, NaN in its empty rows included.
            if (parts > 1)
            {
                AssertClose(whole, merged!);
                AssertClose(wholeLse, mergedLse!);
            }

            float[] all = new float[whole.Length], allLse = new float[wholeLse.Length];
            MergeAttentionStates.MergeParts(outputs, lses, parts, heads, size, all, allLse);
            AssertClose(whole, all);
            AssertClose(wholeLse, allLse);
        });

    [Theory]
    [InlineData(float.NegativeInfinity, float.NegativeInfinity)]
    [InlineData(Infinity, Infinity)]
    [InlineData(float.NegativeInfinity, Infinity)]
    public void Without_keys_the_result_is_zero_and_never_NaN(float prefixLse, float suffixLse)
    {
        float[] nan = [float.NaN, Infinity, float.NaN], output = new float[3], lse = new float[1];
        MergeAttentionStates.Merge(nan, [prefixLse], nan, [suffixLse], 1, 3, output, lse);
        Assert.Equal([0, 0, 0], output);
        Assert.Equal([float.NegativeInfinity], lse);

        MergeAttentionStates.Merge(nan, [3], nan, [suffixLse], 1, 3, output, lse, prefillTokensWithContext: 0);
        Assert.Equal([0, 0, 0], output);
        Assert.Equal([float.NegativeInfinity], lse);

        MergeAttentionStates.MergeParts([.. nan, .. nan], [prefixLse, suffixLse], 2, 1, 3, output, lse);
        Assert.Equal([0, 0, 0], output);
        Assert.Equal([float.NegativeInfinity], lse);
    }

    [Theory]
    [InlineData(float.NegativeInfinity)]
    [InlineData(Infinity)]
    public void An_empty_part_is_not_read(float empty)
    {
        float[] nan = [float.NaN, float.NaN], full = [1.5f, -2.25f], output = new float[2], lse = new float[1];
        MergeAttentionStates.Merge(nan, [empty], full, [700], 1, 2, output, lse);
        Assert.Equal(full, output);
        Assert.Equal([700], lse);

        MergeAttentionStates.Merge(full, [-700], nan, [empty], 1, 2, output, lse);
        Assert.Equal(full, output);
        Assert.Equal([-700], lse);

        MergeAttentionStates.MergeParts([.. nan, .. full, .. nan], [empty, -700, empty], 3, 1, 2, output, lse);
        Assert.Equal(full, output);
        Assert.Equal([-700], lse);
    }

    [Fact]
    public void Log_sum_exps_may_be_of_any_size()
    {
        float[] output = new float[1], lse = new float[1];
        MergeAttentionStates.Merge([2], [1e30f], [4], [-1e30f], 1, 1, output, lse);
        Assert.Equal((2f, 1e30f), (output[0], lse[0]));
        MergeAttentionStates.Merge([2], [5000], [4], [5000], 1, 1, output, lse);
        Assert.Equal(3, output[0]);
        Assert.Equal(5000 + Math.Log(2), lse[0], 1e-3);
    }

    [Fact]
    public void Tokens_without_context_copy_the_suffix()
    {
        float[] prefix = [1, 2, 3], suffix = [10, 20, 30], output = new float[3], lse = new float[3];
        MergeAttentionStates.Merge(prefix, [0, 0, float.NaN], suffix, [0, 0, 4], 1, 1, output, lse, prefillTokensWithContext: 2);
        Assert.Equal([5.5f, 11, 30], output);
        Assert.Equal(4, lse[2]);
    }

    [Fact]
    public void Half_precision_is_the_float_result_rounded_once() =>
        Gen.Select(Gen.Float[-100, 100].Array[12], Gen.Float[-100, 100].Array[12], Gen.Float[-5, 5].Array[4], Gen.Float[-5, 5].Array[4]).Sample((a, b, prefixLse, suffixLse) =>
        {
            Half[] prefix = [.. a.Select(value => (Half)value)], suffix = [.. b.Select(value => (Half)value)], output = new Half[12];
            float[] wide = new float[12], lse = new float[4], wideLse = new float[4];
            MergeAttentionStates.MergeFloat16(prefix, prefixLse, suffix, suffixLse, 2, 3, output, lse);
            MergeAttentionStates.Merge([.. prefix.Select(value => (float)value)], prefixLse, [.. suffix.Select(value => (float)value)], suffixLse, 2, 3, wide, wideLse);
            Assert.Equal(wide.Select(value => (Half)value), output);
            Assert.Equal(wideLse, lse);
        });

    [Fact]
    public void Bfloat16_is_the_float_result_rounded_once() =>
        Gen.Select(Gen.UShort.Array[12], Gen.UShort.Array[12], Gen.Float[-5, 5].Array[4], Gen.Float[-5, 5].Array[4]).Sample((prefix, suffix, prefixLse, suffixLse) =>
        {
            ushort[] output = new ushort[12];
            float[] wide = new float[12], lse = new float[4];
            MergeAttentionStates.MergeBFloat16(prefix, prefixLse, suffix, suffixLse, 2, 3, output, lse);
            MergeAttentionStates.Merge([.. prefix.Select(Widen)], prefixLse, [.. suffix.Select(Widen)], suffixLse, 2, 3, wide);
            for (int i = 0; i < output.Length; i++)
                AssertNearestBFloat16(wide[i], output[i]);
        });

    // Halfway cases go to the even neighbour; beyond the largest finite value is infinity.
    [Theory]
    [InlineData(0x3F80, 0x3F81, 0x3F80)]
    [InlineData(0x3F81, 0x3F82, 0x3F82)]
    [InlineData(0xBF81, 0xBF82, 0xBF82)]
    [InlineData(0x7F80, 0x3F80, 0x7F80)]
    [InlineData(0x7FC0, 0x3F80, 0x7FC0)]
    public void Bfloat16_rounds_to_nearest_even(int first, int second, int expected)
    {
        ushort[] output = new ushort[1];
        MergeAttentionStates.MergeBFloat16([(ushort)first], [0], [(ushort)second], [0], 1, 1, output);
        Assert.Equal(expected, output[0]);
    }

    [Fact]
    public void Says_what_is_wrong()
    {
        float[] output = new float[8], lse = new float[4];
        Assert.Contains("prefixOutput has 7 elements", Assert.Throws<ArgumentException>(() => MergeAttentionStates.Merge(new float[7], lse, output, lse, 2, 2, output)).Message, StringComparison.Ordinal);
        Assert.Contains("prefixLogSumExp has 3 elements", Assert.Throws<ArgumentException>(() => MergeAttentionStates.Merge(output, new float[3], output, lse, 2, 2, output)).Message, StringComparison.Ordinal);
        Assert.Contains("logSumExp has 1 elements", Assert.Throws<ArgumentException>(() => MergeAttentionStates.Merge(output, lse, output, lse, 2, 2, output, new float[1])).Message, StringComparison.Ordinal);
        Assert.Contains("a multiple of 3", Assert.Throws<ArgumentException>(() => MergeAttentionStates.Merge(output, lse, output, lse, 3, 2, output)).Message, StringComparison.Ordinal);
        Assert.Contains("2 tokens", Assert.Throws<ArgumentOutOfRangeException>(() => MergeAttentionStates.Merge(output, lse, output, lse, 2, 2, output, default, 3)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => MergeAttentionStates.Merge(output, lse, output, lse, 0, 2, output));
        Assert.Throws<ArgumentOutOfRangeException>(() => MergeAttentionStates.Merge(output, lse, output, lse, 2, 0, output));
        Assert.Contains("3 equal parts", Assert.Throws<ArgumentException>(() => MergeAttentionStates.MergeParts(output, lse, 3, 1, 2, output)).Message, StringComparison.Ordinal);
        Assert.Contains("overlaps", Assert.Throws<ArgumentException>(() => MergeAttentionStates.MergeParts(output, lse, 2, 2, 2, output.AsSpan(0, 4))).Message, StringComparison.Ordinal);
    }

    /// <summary>Softmax attention over some of the keys in float64. A row without keys is NaN and its log-sum-exp +infinity.</summary>
    private static (float[] Output, float[] LogSumExp) Attend(double[] scores, double[] values, int tokens, int heads, int size, int from, int to, int keys)
    {
        float[] output = new float[tokens * heads * size], lse = new float[heads * tokens];
        for (int token = 0; token < tokens; token++)
        {
            for (int head = 0; head < heads; head++)
            {
                double[] weights = [.. Enumerable.Range(from, to - from).Select(key => Math.Exp(scores[(((token * heads) + head) * keys) + key]))];
                double sum = weights.Sum();
                lse[(head * tokens) + token] = weights.Length == 0 ? Infinity : (float)Math.Log(sum);
                for (int d = 0; d < size; d++)
                {
                    double total = weights.Select((weight, i) => weight * values[(((head * keys) + from + i) * size) + d]).Sum();
                    output[(((token * heads) + head) * size) + d] = (float)(total / sum);
                }
            }
        }

        return (output, lse);
    }

    private static float[] Normal(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];

    private static float Widen(ushort value) => BitConverter.Int32BitsToSingle(value << 16);

    private static void AssertNearestBFloat16(float value, ushort rounded)
    {
        float actual = Widen(rounded);
        if (float.IsNaN(value) || float.IsInfinity(value))
        {
            Assert.Equal(float.IsNaN(value), float.IsNaN(actual));
            Assert.True(float.IsNaN(value) || value == actual);
            return;
        }

        if (float.IsInfinity(actual))
        {
            Assert.True(Math.Abs((double)value) >= 3.3961775e38, $"{value} became {actual}");
            return;
        }

        double distance = Math.Abs((double)actual - value);
        foreach (int neighbour in new[] { rounded - 1, rounded + 1 })
        {
            float other = Widen((ushort)neighbour);
            if (float.IsFinite(other))
                Assert.True(distance <= Math.Abs((double)other - value), $"{value} became {actual}, but {other} is nearer");
        }
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            AssertClose(expected[i], actual[i]);
    }

    private static void AssertClose(double expected, float actual) =>
        Assert.True(Math.Abs(expected - actual) <= 1e-5 + (1e-5 * Math.Abs(expected)), $"expected {expected}, got {actual}");
}
