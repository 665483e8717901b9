using AttentionGen.Cuda.Benchmarks.Measuring;
using AttentionGen.Cuda.Benchmarks.Steps;
using AttentionGen.Libtorch.Gathered;
using static TorchSharp.torch;

namespace AttentionGen.Cuda.Benchmarks.Peers;

/// <summary>Causal attention of whole prompts of one length, over contiguous tensors.</summary>
internal static class DensePrefills
{
    /// <summary>cuDNN's, with query heads that share keys; and, where some do, over keys that were repeated for them beforehand.</summary>
    public static Contender[] Cudnn(DenseOperands operands)
    {
        Tensor[] queries = operands.Queries, keys = operands.Keys, values = operands.Values;
        List<Contender> contenders = [Create("libtorch cuDNN", set => CudnnAttention.Forward(queries[set], keys[set], values[set], isCausal: true))];
        if (operands.Shape.Group > 1)
        {
            Tensor[] repeatedKeys = operands.Repeated(keys), repeatedValues = operands.Repeated(values);
            contenders.Add(Create(
                "libtorch cuDNN, KV heads repeated beforehand", set => CudnnAttention.Forward(queries[set], repeatedKeys[set], repeatedValues[set], isCausal: true)));
        }

        return [.. contenders];

        Contender Create(string name, Func<int, Tensor> call) => new(name, Family.Cudnn, call)
        {
            Work = operands.Shape.Operations(), Unit = WorkUnit.Operations, ToRows = operands.ToRows, MakesResult = true,
        };
    }

    /// <summary>By matrix products in float32, with a soft cap: for its result, not for its time.</summary>
    public static Contender SoftCapped(StepNumbers numbers, float softCap)
    {
        DenseOperands operands = new(numbers);
        return new Contender("matrix products", Family.Dense, set =>
        {
            using var scope = NewDisposeScope();
            return DenseAttention.Attend(
                new PaddedOperands(
                    operands.Queries[set], operands.Keys[set], operands.Values[set], Mask: null, Bias: null, IsCausal: true,
                    1 / MathF.Sqrt(operands.Shape.HeadSize), WantsLogSumExp: false),
                softCap).Output.MoveToOuterDisposeScope();
        })
        {
            Work = operands.Shape.Operations(), Unit = WorkUnit.Operations, ToRows = operands.ToRows, MakesResult = true, IsTimed = false,
        };
    }
}
