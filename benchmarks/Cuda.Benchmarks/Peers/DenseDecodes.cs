using AttentionGen.Cuda.Benchmarks.Measuring;
using AttentionGen.Libtorch;
using static TorchSharp.torch;

namespace AttentionGen.Cuda.Benchmarks.Peers;

/// <summary>
/// libtorch's attention kernels for decodes over a contiguous cache: each with query heads that share keys, where it takes them,
/// and each with the heads of a group as the rows of one matrix, which reads keys once.
/// </summary>
internal static class DenseDecodes
{
    /// <summary>The contenders, flash first.</summary>
    public static Contender[] Create(DenseOperands operands)
    {
        Tensor[] queries = operands.Queries, folded = operands.FoldedQueries(), keys = operands.Keys, values = operands.Values;
        double scale = 1 / Math.Sqrt(operands.Shape.HeadSize);
        return
        [
            Grouped("flash", set => Flash(queries[set], keys[set], values[set])),
            Folded("flash", set => Flash(folded[set], keys[set], values[set])),
            Grouped("cuDNN", set => CudnnAttention.Forward(queries[set], keys[set], values[set], isCausal: false)),
            Folded("cuDNN", set => CudnnAttention.Forward(folded[set], keys[set], values[set], isCausal: false)),
            Folded("efficient", set => Efficient(folded[set], keys[set], values[set], scale)),
            Grouped("math", set => MathAttention.Forward(queries[set], keys[set], values[set])),
            Folded("math", set => MathAttention.Forward(folded[set], keys[set], values[set])),
            Grouped("SDPA's own choice", set => ScaledDotProductAttention.Forward(queries[set], keys[set], values[set], enableGqa: true)),
            Folded("SDPA's own choice", set => ScaledDotProductAttention.Forward(folded[set], keys[set], values[set])),
        ];

        Contender Grouped(string name, Func<int, Tensor> call) => Create(operands, $"libtorch {name}, grouped heads", call, operands.ToRows);
        Contender Folded(string name, Func<int, Tensor> call) => Create(operands, $"libtorch {name}, a group's heads as rows", call, operands.FoldedToRows);
    }

    private static Contender Create(DenseOperands operands, string name, Func<int, Tensor> call, Func<Tensor, Tensor> toRows) => new(name, Family.Dense, call)
    {
        Work = operands.Shape.KeyValueBytes(operands.ElementType), Unit = WorkUnit.Bytes, ToRows = toRows, MakesResult = true,
    };

    private static Tensor Flash(Tensor query, Tensor keys, Tensor values)
    {
        (Tensor output, Tensor logSumExp) = LogSumExpAttention.Forward(query, keys, values);
        logSumExp.Dispose();
        return output;
    }

    private static Tensor Efficient(Tensor query, Tensor keys, Tensor values, double scale)
    {
        using Tensor queryRows = query.transpose(1, 2), keyRows = keys.transpose(1, 2), valueRows = values.transpose(1, 2);
        (Tensor output, Tensor logSumExp) = EfficientAttention.Forward(new EfficientAttention.Arguments(
            queryRows, keyRows, valueRows, Bias: null, QueryStartLoc: null, KeyStartLoc: null, query.size(2), keys.size(2), IsCausal: false, Window: null, scale,
            WantsLogSumExp: false));
        logSumExp.Dispose();
        using (output)
            return output.transpose(1, 2);
    }
}
