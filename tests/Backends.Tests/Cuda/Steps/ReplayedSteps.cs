using AttentionGen.Cuda;
using Xunit;
using static TorchSharp.torch;

namespace AttentionGen.Tests.Cuda.Steps;

/// <summary>A captured step, replayed with one batch after another.</summary>
internal static class ReplayedSteps
{
    private static readonly (int Computed, int New)[][] s_batches =
    [
        MixedSteps.Full,
        [(64, 109), (1999, 1), (30, 200), (0, 1), (2098, 2), (100, 1), (5, 17), (0, 16)],
        [.. Enumerable.Repeat((2099, 1), 12)],
        [(0, 512)],
        [],
        [(1, 1)],
        MixedSteps.Full,
        [(700, 0), (3, 0)],
        [(1588, 512)],
        [(16, 0), (400, 1), (0, 0), (16, 33), (2000, 5)],
    ];

    /// <summary>Compares each replay with the same step outside of a graph, bit by bit.</summary>
    /// <param name="device">The device.</param>
    /// <param name="isSpecialised">Whether requests of few rows and of many go to kernels of their own.</param>
    /// <param name="capture">Captures what it is given, and gives back what replays it.</param>
    public static void AssertFollowTheirBatches(CudaDevice device, bool isSpecialised, Func<Action, Action> capture)
    {
        using var scope = NewDisposeScope();
        using MixedSteps steps = new(device, isSpecialised);
        Tensor query = steps.Queries(), key = steps.NewKeys(), value = steps.NewKeys(), output = zeros_like(query);
        steps.Plan.Update(MixedSteps.Batch(MixedSteps.Full, seed: 0));
        Action replay = capture(() => steps.Forward(steps.Plan, query, key, value, output));
        for (int i = 0; i < s_batches.Length; i++)
        {
            AttentionBatch batch = MixedSteps.Batch(s_batches[i], seed: i);
            int rows = batch.TokenCount;
            query.copy_(steps.Queries());
            key.copy_(steps.NewKeys());
            value.copy_(steps.NewKeys());
            output.fill_(float.NaN);
            steps.Plan.Update(batch);
            replay();

            Tensor expected = full_like(query, float.NaN);
            if (rows > 0)
            {
                steps.Eager.Update(batch);
                steps.Forward(steps.Eager, query.narrow(0, 0, rows), key.narrow(0, 0, rows), value.narrow(0, 0, rows), expected.narrow(0, 0, rows));
                Assert.Equal(0, expected.narrow(0, 0, rows).isnan().sum().cpu().item<long>());
            }

            Assert.True(MixedSteps.Bits(expected).AsSpan().SequenceEqual(MixedSteps.Bits(output)), $"Batch {i} gave another answer when it was replayed.");
        }
    }
}
