using AttentionGen.Cuda.Benchmarks.Measuring;
using AttentionGen.Cuda.Benchmarks.Peers;
using AttentionGen.Cuda.Benchmarks.Steps;

namespace AttentionGen.Cuda.Benchmarks.Groups;

/// <summary>Decodes that do not fill the device by themselves, beside the best of libtorch's kernels over a contiguous cache.</summary>
internal static class SmallDecodeGroup
{
    public const string Name = "decode-small";

    public static IEnumerable<PlannedRow> Rows()
    {
        yield return Row(StepShape.Decodes(requests: 16, keys: 4096, queryHeads: 32, keyValueHeads: 8, headSize: 128), 1.2);
        yield return Row(StepShape.Decodes(requests: 1, keys: 131072, queryHeads: 32, keyValueHeads: 8, headSize: 128), 1.05);
    }

    private static PlannedRow Row(StepShape shape, double target)
    {
        string work = $"decode {shape.Requests.Length} x {shape.MaxKeys}, heads {shape.QueryHeads}:{shape.KeyValueHeads} of {shape.HeadSize}, bf16, new keys stored";
        PagedStepOptions byToken = new() { Shape = shape }, byHead = byToken with { Layout = KeyValueCacheLayout.PagedHnd };
        return new PlannedRow(Name, work, [byToken, byHead], (device, measurement) =>
        {
            using RowResources resources = new();
            StepNumbers numbers = StepNumbers.Draw(device.Memory, shape, ElementType.BFloat16, shape.InputSets(ElementType.BFloat16));
            return measurement.Measure(
                Name, work, numbers.Sets,
                [
                    EngineContenders.Create(device, byToken, numbers, WorkUnit.Bytes, resources),
                    EngineContenders.Create(device, byHead, numbers, WorkUnit.Bytes, resources) with { IsJudged = false },
                    .. DenseDecodes.Create(new DenseOperands(numbers)),
                ],
                [new Goal(Family.Dense, target)]);
        });
    }
}
