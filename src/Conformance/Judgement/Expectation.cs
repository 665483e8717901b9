using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Inputs;
using AttentionGen.Conformance.Reference;

namespace AttentionGen.Conformance.Judgement;

/// <summary>The answer of a case and how far from it a backend may be.</summary>
internal sealed class Expectation
{
    private Expectation(CaseInputs inputs, ReferenceResult reference)
    {
        Inputs = inputs;
        Reference = reference;
    }

    public CaseInputs Inputs { get; }

    public ReferenceResult Reference { get; }

    public double OutputLimit { get; private init; }

    public double RowLimit { get; private init; }

    public double CosineLimit { get; private init; }

    public double LogSumExpLimit { get; private init; }

    public static Expectation Create(AttentionCase attentionCase, AttentionDevice device)
    {
        CaseInputs inputs = CaseInputs.Create(attentionCase);
        ReferenceResult reference = ReferenceAttention.Attend(inputs);
        ErrorMeasure libtorch = ErrorMeasure.Of(attentionCase, reference, LibtorchMath.Attend(inputs, device));
        double factor = Tolerances.Factor(attentionCase.SoftCap is not null);
        return new Expectation(inputs, reference)
        {
            OutputLimit = Tolerances.Output(
                factor, Known(libtorch.Output), RoundingError(reference, attentionCase.ElementType), reference.LargestScore, reference.LargestValue),
            RowLimit = Tolerances.Row(factor, Known(libtorch.Row), attentionCase.ElementType, reference.LargestScore),
            CosineLimit = Tolerances.Cosine(factor, Known(libtorch.Cosine), attentionCase.ElementType, reference.LargestScore),
            LogSumExpLimit = Tolerances.LogSumExp(reference.LargestScore, attentionCase.SoftCap),
        };
    }

    /// <summary>The part of the answer for operands that are a part of the case's, with the whole's limits.</summary>
    /// <param name="part">The operands.</param>
    /// <param name="rows">The rows of the whole that they are.</param>
    public Expectation Take(CaseInputs part, IEnumerable<int> rows)
    {
        int heads = Inputs.Case.QueryHeads, length = heads * Inputs.Case.OutputHeadSize;
        int[] taken = [.. rows];
        ReferenceResult reference = Reference with
        {
            Output = [.. taken.SelectMany(row => Reference.Output[(row * length)..((row + 1) * length)])],
            LogSumExp = [.. taken.SelectMany(row => Reference.LogSumExp[(row * heads)..((row + 1) * heads)])],
        };
        return new Expectation(part, reference)
        {
            OutputLimit = OutputLimit, RowLimit = RowLimit, CosineLimit = CosineLimit, LogSumExpLimit = LogSumExpLimit,
        };
    }

    // Where libtorch's own arithmetic overflows, it sets no example.
    private static double Known(double error) => double.IsFinite(error) ? error : 0;

    /// <summary>What the element type loses of the answer when 0.3 is added and taken away: a little more than its own rounding.</summary>
    private static double RoundingError(ReferenceResult reference, ElementType type)
    {
        double largest = 0;
        foreach (double exact in reference.Output)
        {
            float shifted = ElementCodec.Round(ElementCodec.Round((float)exact, type) + 0.3f, type);
            double error = Math.Abs(ElementCodec.Round(shifted - 0.3f, type) - exact);
            if (error > largest)
                largest = error;
        }

        return largest;
    }
}
