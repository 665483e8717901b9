using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Inputs;
using AttentionGen.Conformance.Reference;

namespace AttentionGen.Conformance.Judgement;

/// <summary>How far an output is from the reference. Rows that the reference has no number for, or no keys, are left out.</summary>
/// <param name="Output">The largest difference of an element.</param>
/// <param name="Row">
/// The largest length of the difference of one row of one head, by the length of the row or by that of a row of the mean
/// magnitude of the whole, whichever is larger: so that a single wrong row shows, and one that cancels out does not.
/// </param>
/// <param name="Cosine">1 - 2 x y / (x x + y y) over the whole.</param>
/// <param name="Worst">Where the largest difference is: row, head and element.</param>
/// <remarks>
/// Row and Cosine are relative. Float32 arithmetic may make 0 of a number below its smallest normal one, as 1 / (1 + e^90) is
/// 0 because e^90 is infinite; so where expected and actual are both that small they are the same there.
/// </remarks>
internal sealed record ErrorMeasure(double Output, double Row, double Cosine, (int Row, int Head, int Element) Worst)
{
    public static ErrorMeasure Of(AttentionCase attentionCase, ReferenceResult reference, float[] output)
    {
        int heads = attentionCase.QueryHeads, size = attentionCase.OutputHeadSize, rows = reference.LogSumExp.Length;
        double negligible = ElementCodec.Negligible(attentionCase.ElementType) * Math.Max(1, reference.LargestValue);
        double worst = 0, worstRow = 0, product = 0, squares = 0, referenceSquares = 0, counted = 0;
        (int, int, int) place = default;
        for (int row = 0; row < rows; row++)
        {
            if (!double.IsFinite(reference.LogSumExp[row]))
                continue;
            referenceSquares += Squares(reference.Output.AsSpan(row * size, size));
            counted++;
        }

        double meanLength = counted == 0 ? 0 : Math.Sqrt(referenceSquares / counted);
        for (int row = 0; row < rows; row++)
        {
            if (!double.IsFinite(reference.LogSumExp[row]))
                continue;

            double difference = 0;
            for (int i = 0; i < size; i++)
            {
                double expected = reference.Output[(row * size) + i], actual = output[(row * size) + i];
                double error = Math.Abs(actual - expected);
                if (!(error <= worst))
                {
                    worst = double.IsNaN(error) ? double.PositiveInfinity : error;
                    place = (row / heads, row % heads, i);
                }

                if (Math.Abs(expected) <= negligible && Math.Abs(actual) <= negligible)
                {
                    product += expected * expected;
                    squares += expected * expected;
                    continue;
                }

                difference += error * error;
                product += expected * actual;
                squares += actual * actual;
            }

            double length = Math.Max(Math.Sqrt(Squares(reference.Output.AsSpan(row * size, size))), meanLength);
            double relative = length == 0 ? (difference == 0 ? 0 : double.PositiveInfinity) : Math.Sqrt(difference) / length;
            if (!(relative <= worstRow))
                worstRow = double.IsNaN(relative) ? double.PositiveInfinity : relative;
        }

        double total = squares + referenceSquares;
        double cosine = total == 0 ? 0 : 1 - (2 * product / total);
        return new ErrorMeasure(worst, worstRow, double.IsNaN(cosine) ? double.PositiveInfinity : Math.Max(cosine, 0), place);
    }

    private static double Squares(ReadOnlySpan<double> row)
    {
        double sum = 0;
        foreach (double value in row)
            sum += value * value;
        return sum;
    }
}
