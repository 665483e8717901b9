using AttentionGen.Cuda.Benchmarks.Measuring;
using AttentionGen.Cuda.Benchmarks.Steps;
using AttentionGen.Libtorch.Gathered;
using static TorchSharp.torch;

namespace AttentionGen.Cuda.Benchmarks.Peers;

/// <summary>libtorch's FlashAttention over requests laid end to end, whose keys lie contiguous for it.</summary>
internal static class VarlenFlash
{
    /// <summary>The contender.</summary>
    /// <param name="device">The device.</param>
    /// <param name="numbers">The numbers of the step.</param>
    /// <param name="unit">What work is counted in.</param>
    /// <param name="window">The sliding window, or null.</param>
    /// <param name="isTimed">Whether it is timed, or there for its result.</param>
    public static Contender Create(AttentionDevice device, StepNumbers numbers, WorkUnit unit, int? window = null, bool isTimed = true)
    {
        StepShape shape = numbers.Shape;
        Tensor queryStarts = DeviceIndices.Create(StartsOf(shape.Requests.Select(static request => request.Queries)), device);
        Tensor keyStarts = DeviceIndices.Create(StartsOf(shape.Requests.Select(static request => request.Keys)), device);
        return new Contender("libtorch flash, end to end (aten::_flash_attention_forward)", Family.VarlenFlash, set => FlashAttentionForward.Call(
            numbers.Queries[set], numbers.Keys[set], numbers.Values[set], queryStarts, keyStarts, shape.MaxQueries, shape.MaxKeys,
            1 / Math.Sqrt(shape.HeadSize), window))
        {
            Work = unit == WorkUnit.Bytes ? shape.KeyValueBytes(numbers.ElementType) : shape.Operations(window),
            Unit = unit,
            ToRows = static output => output.view(output.shape),
            MakesResult = true,
            IsTimed = isTimed,
        };
    }

    private static int[] StartsOf(IEnumerable<int> lengths)
    {
        List<int> starts = [0];
        foreach (int length in lengths)
            starts.Add(starts[^1] + length);
        return [.. starts];
    }
}
