using AttentionGen.Cuda;
using AttentionGen.Tests.Attention;
using AttentionGen.Tests.Cuda.Steps;
using Xunit;
using static TorchSharp.torch;

namespace AttentionGen.Tests.Cuda;

/// <summary>Decodes, prompts and cut keys in one step: captured and replayed, on two streams, a thousand times.</summary>
public sealed class MixedStepTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_captured_step_follows_its_batches(bool isSpecialised)
    {
        CudaTest.Backend(isSpecialised).Dispose();
        CudaGraph? graph = null;
        try
        {
            ReplayedSteps.AssertFollowTheirBatches(CudaTest.Device, isSpecialised, body =>
            {
                graph = CudaGraph.Capture(TestDevice.Current, body);
                return graph.Replay;
            });
        }
        finally
        {
            graph?.Dispose();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Two_streams_attend_at_once(bool isSpecialised)
    {
        CudaTest.Backend(isSpecialised).Dispose();
        using var scope = NewDisposeScope();
        using MixedSteps first = new(CudaTest.Device, isSpecialised), second = new(CudaTest.Device, isSpecialised);
        using CudaStream one = new(TestDevice.Current), other = new(TestDevice.Current);
        MixedSteps[] steps = [first, second];
        CudaStream[] streams = [one, other];
        AttentionBatch[] batches = [MixedSteps.Batch(MixedSteps.Full, seed: 1), MixedSteps.Batch([(1500, 400), (2099, 1), (100, 111)], seed: 2)];
        Tensor[] queries = [first.Queries(), second.Queries()], keys = [first.NewKeys(), second.NewKeys()], outputs = [zeros_like(queries[0]), zeros_like(queries[1])];
        byte[][] expected = new byte[2][];
        for (int i = 0; i < 2; i++)
        {
            steps[i].Plan.Update(batches[i]);
            steps[i].Forward(steps[i].Plan, queries[i], keys[i], keys[i], outputs[i]);
            expected[i] = MixedSteps.Bits(outputs[i]);
            outputs[i].fill_(float.NaN);
        }

        foreach (CudaStream stream in streams)
            stream.WaitForCurrent();
        for (int round = 0; round < 50; round++)
        {
            for (int i = 0; i < 2; i++)
            {
                using CudaStreamScope use = streams[i].Use();
                steps[i].Plan.Update(batches[i]);
                steps[i].Forward(steps[i].Plan, queries[i], keys[i], keys[i], outputs[i]);
            }
        }

        foreach (CudaStream stream in streams)
            stream.HaveCurrentWait();
        for (int i = 0; i < 2; i++)
            Assert.True(expected[i].AsSpan().SequenceEqual(MixedSteps.Bits(outputs[i])), $"Stream {i} gave another answer beside the other.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_thousand_repeats_beside_other_work_have_the_same_bits(bool isSpecialised)
    {
        const int Repeats = 1000, Together = 50;
        CudaTest.Backend(isSpecialised).Dispose();
        using var scope = NewDisposeScope();
        using MixedSteps steps = new(CudaTest.Device, isSpecialised);
        using CudaStream beside = new(TestDevice.Current);
        Tensor query = steps.Queries(), key = steps.NewKeys(), value = steps.NewKeys(), first = zeros_like(query);
        Tensor outputs = zeros([Together, .. query.shape], dtype: query.dtype, device: query.device);
        Tensor left = randn(1536, 1536, device: query.device), right = randn(1536, 1536, device: query.device);
        steps.Plan.Update(MixedSteps.Batch(MixedSteps.Full, seed: 3));
        steps.Forward(steps.Plan, query, key, value, first);
        byte[] expected = MixedSteps.Bits(first);
        beside.WaitForCurrent();
        for (int repeat = 0; repeat < Repeats; repeat += Together)
        {
            outputs.fill_(float.NaN);
            for (int i = 0; i < Together; i++)
            {
                using (beside.Use())
                    left.matmul(right).Dispose();
                using Tensor output = outputs.select(0, i);
                steps.Forward(steps.Plan, query, key, value, output);
            }

            byte[] all = MixedSteps.Bits(outputs);
            for (int i = 0; i < Together; i++)
                Assert.True(expected.AsSpan().SequenceEqual(all.AsSpan(i * expected.Length, expected.Length)), $"Repeat {repeat + i} gave another answer.");
        }

        beside.Synchronize();
    }
}
