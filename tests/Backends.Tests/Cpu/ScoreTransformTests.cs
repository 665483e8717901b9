using AttentionGen.Cpu;
using AttentionGen.Tests.Attention;
using Xunit;

namespace AttentionGen.Tests.Cpu;

/// <summary>A change of scores that does what an option does.</summary>
public sealed class ScoreTransformTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void HidesAndChangesScoresAsTheOptionsWould(bool skipsBlocks)
    {
        CausalWithBias transform = new(skipsBlocks);
        AttentionCase attentionCase = new() { Requests = AttentionCase.Batch([700, 40, 300], [150, 1, 9]), HeadSize = 16, LogSumExp = true };
        foreach (SimdWidth width in KernelSelection.SupportedWidths)
        {
            // The case asks for everything to be seen; the transform alone makes it causal with a bias.
            using CpuEngineBackend plain = new(width: width), transformed = new(width: width, transform: transform);
            CaseResult expected = (attentionCase with { Alibi = true }).Run(plain);
            CaseResult actual = (attentionCase with { Causal = false }).Run(transformed);
            Assert.All(expected.Output.Zip(actual.Output), static pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
            Assert.All(expected.LogSumExp!.Zip(actual.LogSumExp!), static pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        }

        Assert.Equal(skipsBlocks, transform.Skipped > 0);
    }

    private sealed class CausalWithBias(bool skipsBlocks) : ScoreTransform
    {
        private int _skipped;

        public int Skipped => _skipped;

        public override void Apply(Span<float> scores, int request, int head, int queryPosition, int firstKeyPosition)
        {
            float slope = MathF.Pow(2, -(head + 1));
            for (int i = 0; i < scores.Length; i++)
                scores[i] = firstKeyPosition + i > queryPosition ? float.NegativeInfinity : scores[i] - (slope * (queryPosition - firstKeyPosition - i));
        }

        public override BlockVisibility Visibility(
            int request, int firstHead, int lastHead, int firstQueryPosition, int lastQueryPosition, int firstKeyPosition, int lastKeyPosition)
        {
            if (!skipsBlocks || firstKeyPosition <= lastQueryPosition)
                return BlockVisibility.Partial;
            Interlocked.Increment(ref _skipped);
            return BlockVisibility.None;
        }
    }
}
