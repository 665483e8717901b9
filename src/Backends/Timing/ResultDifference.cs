using TorchSharp;
using static TorchSharp.torch;

namespace AttentionGen.Timing;

/// <summary>How far two results of one step are apart.</summary>
internal static class ResultDifference
{
    private const int RowsAtOnce = 1024;

    /// <summary>
    /// The largest length of the difference of two rows (of one head), by the length of the expected one, or that of the mean
    /// row where it is larger. Infinite where a number is NaN in one of them.
    /// </summary>
    /// <param name="actual">[T, H, D].</param>
    /// <param name="expected">[T, H, D].</param>
    public static double Of(Tensor actual, Tensor expected)
    {
        double largest = 0;
        for (long row = 0; row < expected.size(0); row += RowsAtOnce)
        {
            using var scope = NewDisposeScope();
            long count = Math.Min(RowsAtOnce, expected.size(0) - row);
            Tensor right = expected.narrow(0, row, count).to(ScalarType.Float32);
            Tensor squares = right.square().sum(-1);
            Tensor lengths = squares.sqrt().maximum(squares.mean().sqrt());
            using Scalar tiny = 1e-20;
            Tensor errors = actual.narrow(0, row, count).to(ScalarType.Float32).sub(right).square().sum(-1).sqrt();
            float relative = errors.div(lengths.clamp_min(tiny)).max().item<float>();
            if (float.IsNaN(relative))
                return double.PositiveInfinity;
            largest = Math.Max(largest, relative);
        }

        return largest;
    }
}
