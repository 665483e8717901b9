using static TorchSharp.torch;

namespace AttentionGen.Cuda.Benchmarks.Measuring;

/// <summary>How far two results are apart.</summary>
internal static class ResultDifference
{
    /// <summary>The largest difference that rounding to 16 bits accounts for, and that a wrong key would exceed.</summary>
    public const double Limit = 0.03;

    /// <summary>The largest length of a row's difference, by the length of the expected row. Rows are the last dimension.</summary>
    /// <param name="actual">[T, Hq, D].</param>
    /// <param name="expected">[T, Hq, D].</param>
    public static double Of(Tensor actual, Tensor expected)
    {
        using var scope = NewDisposeScope();
        double worst = 0;

        // Some rows at a time, for the squares are in float32.
        const long RowsAtATime = 4096;
        for (long first = 0; first < actual.size(0); first += RowsAtATime)
        {
            using var part = NewDisposeScope();
            long count = Math.Min(RowsAtATime, actual.size(0) - first);
            Tensor right = expected.narrow(0, first, count).to(ScalarType.Float32);
            Tensor difference = actual.narrow(0, first, count).to(ScalarType.Float32).sub(right);
            double square = SquareOf(difference).div(SquareOf(right)).max().item<float>();
            if (!double.IsFinite(square))
                return double.NaN;
            worst = Math.Max(worst, square);
        }

        return Math.Sqrt(worst);
    }

    private static Tensor SquareOf(Tensor rows) => rows.mul(rows).sum(-1);
}
