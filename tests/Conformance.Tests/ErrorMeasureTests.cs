using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Judgement;
using AttentionGen.Conformance.Reference;
using Xunit;

namespace AttentionGen.Tests;

/// <summary>What counts as an error. A sink of 100 over a single head leaves outputs of 1e-38 and less.</summary>
public sealed class ErrorMeasureTests
{
    private static readonly AttentionCase s_case = new()
    {
        Batch = "two rows", Requests = [RequestShape.Decoder(2, 2)], QueryHeads = 1, KeyValueHeads = 1, HeadSize = 2, ElementType = ElementType.BFloat16,
    };

    [Fact]
    public void NumbersBelowTheSmallestNormalOneMayBeZero()
    {
        ErrorMeasure error = Of([2e-38, -1e-39, 5e-39, 9e-39], [2e-38f, 0, 0, 0]);
        Assert.Equal(0, error.Row, 1e-6);
        Assert.Equal(0, error.Cosine, 1e-6);
    }

    [Theory]
    [InlineData(1e-37f, 0f)]
    [InlineData(0f, 1e-37f)]
    public void OtherNumbersMayNot(float expected, float actual)
    {
        ErrorMeasure error = Of([expected, 5e-39, 0, 0], [actual, 5e-39f, 0, 0]);
        Assert.True(error.Row > 0.5);
        Assert.True(error.Cosine > 0.5);
    }

    private static ErrorMeasure Of(double[] expected, float[] actual) =>
        ErrorMeasure.Of(s_case, new ReferenceResult(expected, [-80, -85], LargestScore: 10, LargestValue: 3), actual);
}
