using AttentionGen.Cpu;
using AttentionGen.Libtorch;
using static TorchSharp.torch;

namespace AttentionGen.Benchmarks;

/// <summary>A decode or prefill step against libtorch on the same numbers, which lie contiguous for it.</summary>
internal static class StepBenchmark
{
    public static ReportRow Run(StepShape shape, ElementType type, int threads, SimdWidth? width, double seconds)
    {
        set_num_threads(threads);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using EngineStep step = new(shape, type, width);
        step.Run();
        (Tensor keys, Tensor values) = step.DenseKeysAndValues(shape);
        Tensor query = step.DenseQueries(shape);
        bool isPrefill = shape.Queries > 1;
        List<Contender> contenders =
        [
            new("CPU engine, paged", step.Run),
            new("libtorch SDPA", () => ScaledDotProductAttention.Forward(query, keys, values, isCausal: isPrefill, enableGqa: true).Dispose()),
        ];
        if (isPrefill)
        {
            contenders.Add(new Contender("libtorch eager", () => Eager(query, keys, values).Dispose()));
        }
        else
        {
            Tensor folded = query.view(shape.Requests, shape.KeyValueHeads, shape.QueryHeads / shape.KeyValueHeads, shape.HeadSize);
            contenders.Add(new Contender("libtorch SDPA, a group's heads as rows", () => ScaledDotProductAttention.Forward(folded, keys, values).Dispose()));
        }

        ThrowIfDifferent(step.Output, ScaledDotProductAttention.Forward(query, keys, values, isCausal: isPrefill, enableGqa: true));
        string work = isPrefill
            ? $"prefill {shape.Keys}, heads {shape.QueryHeads}:{shape.KeyValueHeads}"
            : $"decode {shape.Requests} x {shape.Keys}, heads {shape.QueryHeads}:{shape.KeyValueHeads}";
        return new ReportRow(work, type.ToString(), threads, shape.Bytes(type), shape.Operations, Measurement.Interleaved(contenders, seconds, 5));
    }

    /// <summary>Matrix product, mask, softmax, matrix product, each in full.</summary>
    private static Tensor Eager(Tensor query, Tensor keys, Tensor values)
    {
        using var scope = NewDisposeScope();
        long heads = query.size(1), length = query.size(2), size = query.size(3), group = heads / keys.size(1);
        Tensor repeatedKeys = keys.repeat_interleave(group, dim: 1).view(heads, length, size);
        Tensor repeatedValues = values.repeat_interleave(group, dim: 1).view(heads, length, size);
        Tensor scores = bmm(query.view(heads, length, size), repeatedKeys.transpose(1, 2)).mul_(1 / Math.Sqrt(size));
        scores.masked_fill_(ones(length, length, dtype: ScalarType.Bool).triu(1), double.NegativeInfinity);
        return bmm(scores.softmax(-1), repeatedValues).MoveToOuterDisposeScope();
    }

    private static void ThrowIfDifferent(Tensor actual, Tensor expected)
    {
        using Tensor rows = expected.transpose(1, 2).reshape(actual.shape);
        double difference = (actual.to(ScalarType.Float32) - rows.to(ScalarType.Float32)).abs().max().item<float>();
        if (!(difference < 0.03))
            throw new InvalidOperationException($"The engine and libtorch differ by {difference}. A time of a wrong result is worth nothing.");
    }
}
