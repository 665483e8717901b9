using AttentionGen.Libtorch;
using Xunit;
using static TorchSharp.torch;

namespace AttentionGen.Tests.Attention;

/// <summary>
/// libtorch's CUDA operators for requests laid end to end, in float64 on the CPU and with their own ways: what they refuse,
/// what an empty row gives, how log-sum-exps are laid out and padded. With them the code around the operators runs
/// anywhere.
/// </summary>
internal static class ReferenceOperators
{
    /// <summary>Memory-efficient attention's.</summary>
    public static (Tensor Output, Tensor LogSumExp) Efficient(in EfficientAttention.Arguments arguments)
    {
        Tensor query = arguments.Query, keys = arguments.Keys, values = arguments.Values;
        Tensor? bias = arguments.Bias;
        long heads = query.size(2), batches = query.size(0);
        Assert.Equal(heads, keys.size(2));
        Assert.Equal(heads, values.size(2));
        Assert.True(query.size(3) % 8 == 0 && values.size(3) % 8 == 0, "Head sizes must be multiples of 8.");
        Assert.True(bias is null || arguments.QueryStartLoc is null, "There is no bias with requests end to end.");
        Assert.True(arguments.Window is null || arguments.IsCausal, "A window needs causality.");
        int[] starts, keyStarts;
        if (arguments.QueryStartLoc is { } queryStartLoc)
        {
            Assert.Equal(1, batches);
            Assert.Equal(ScalarType.Int32, queryStartLoc.dtype);
            (starts, keyStarts) = (Integers(queryStartLoc), Integers(arguments.KeyStartLoc!));
            Assert.Equal(Longest(starts), arguments.MaxQueries);
        }
        else
        {
            starts = [.. Enumerable.Range(0, (int)batches + 1).Select(i => i * (int)query.size(1))];
            keyStarts = [.. Enumerable.Range(0, (int)batches + 1).Select(i => i * (int)keys.size(1))];
        }

        float[]? biases = null;
        if (bias is not null)
        {
            Assert.Equal([batches, heads, query.size(1), keys.size(1)], bias.shape);
            Assert.Equal(query.dtype, bias.dtype);
            Assert.True(bias.stride(3) == 1 && bias.stride(2) % 8 == 0 && bias.stride(1) % 8 == 0, "The bias is not aligned.");
            biases = Floats(bias);
        }

        double[,,] q = Numbers(query.reshape(-1, heads, query.size(3))), k = Numbers(keys.reshape(-1, heads, keys.size(3))), v = Numbers(values.reshape(-1, heads, values.size(3)));
        (bool causal, long? window) = (arguments.IsCausal, arguments.Window);
        int request = 0;
        (Tensor output, Tensor flat) = Attend(q, k, v, starts, keyStarts, arguments.Scale, query.dtype, double.NaN, (row, queries, key, keyCount, head) =>
        {
            long position = row + keyCount - queries;
            if (causal && (key > position || key <= position - (window ?? int.MaxValue)))
                return double.NegativeInfinity;
            return biases?[(((((request * heads) + head) * queries) + row) * keyCount) + key] ?? 0;
        }, i => request = i);

        // [requests, H, padded], with anything in the padding.
        int requests = starts.Length - 1;
        long padded = (Longest(starts) + 31) / 32 * 32;
        Tensor logSumExp = full(requests, heads, arguments.WantsLogSumExp ? padded : 0, float.NaN);
        for (int i = 0; i < requests && arguments.WantsLogSumExp; i++)
            logSumExp[i].narrow(1, 0, starts[i + 1] - starts[i]).copy_(flat.narrow(1, starts[i], starts[i + 1] - starts[i]));
        return (output.reshape(batches, -1, heads, values.size(3)), logSumExp);
    }

    private static (Tensor Output, Tensor LogSumExp) Attend(
        double[,,] query, double[,,] keys, double[,,] values, int[] starts, int[] keyStarts, double scale, ScalarType type, double logSumExpOfNothing,
        Func<int, int, int, int, int, double> bias, Action<int>? enter = null)
    {
        int rows = query.GetLength(0), heads = query.GetLength(1), valueSize = values.GetLength(2), group = heads / keys.GetLength(1);
        float[] output = new float[rows * heads * valueSize], logSumExp = new float[heads * rows];
        for (int request = 0; request + 1 < starts.Length; request++)
        {
            enter?.Invoke(request);
            int first = starts[request], queries = starts[request + 1] - first, firstKey = keyStarts[request], keyCount = keyStarts[request + 1] - firstKey;
            for (int row = 0; row < queries; row++)
            {
                for (int head = 0; head < heads; head++)
                {
                    double[] scores = new double[keyCount];
                    for (int key = 0; key < keyCount; key++)
                    {
                        double dot = 0;
                        for (int d = 0; d < query.GetLength(2); d++)
                            dot += query[first + row, head, d] * keys[firstKey + key, head / group, d];
                        scores[key] = (dot * scale) + bias(row, queries, key, keyCount, head);
                    }

                    double maximum = scores.DefaultIfEmpty(double.NegativeInfinity).Max();
                    double sum = maximum == double.NegativeInfinity ? 0 : scores.Sum(score => Math.Exp(score - maximum));
                    logSumExp[(head * rows) + first + row] = (float)(sum == 0 ? logSumExpOfNothing : maximum + Math.Log(sum));
                    for (int key = 0; key < keyCount && sum != 0; key++)
                    {
                        double weight = Math.Exp(scores[key] - maximum) / sum;
                        for (int d = 0; d < valueSize; d++)
                            output[((((first + row) * heads) + head) * valueSize) + d] += (float)(weight * values[firstKey + key, head / group, d]);
                    }
                }
            }
        }

        return (tensor(output).view(rows, heads, valueSize).to(type), tensor(logSumExp).view(heads, rows));
    }

    private static double[,,] Numbers(Tensor tensor)
    {
        float[] flat = Floats(tensor);
        double[,,] numbers = new double[tensor.size(0), tensor.size(1), tensor.size(2)];
        int i = 0;
        for (int x = 0; x < tensor.size(0); x++)
        {
            for (int y = 0; y < tensor.size(1); y++)
            {
                for (int z = 0; z < tensor.size(2); z++)
                    numbers[x, y, z] = flat[i++];
            }
        }

        return numbers;
    }

    private static int Longest(int[] starts) => starts.Zip(starts.Skip(1), static (first, next) => next - first).DefaultIfEmpty().Max();

    private static int[] Integers(Tensor tensor) => tensor.data<int>().ToArray();

    private static float[] Floats(Tensor tensor) => tensor.to(ScalarType.Float32).contiguous().data<float>().ToArray();
}
