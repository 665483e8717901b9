using AttentionGen.Cuda.Benchmarks.Measuring;
using AttentionGen.Cuda.Benchmarks.Peers;
using AttentionGen.Cuda.Benchmarks.Steps;

namespace AttentionGen.Cuda.Benchmarks.Groups;

/// <summary>Decodes over 2.1 GB of keys and values, eight query heads to a KV head, beside copies on the device.</summary>
internal static class DecodeGroup
{
    public const string Name = "decode";

    /// <summary>The decodes.</summary>
    public static StepShape Shape { get; } = StepShape.Decodes(requests: 64, keys: 8192, queryHeads: 64, keyValueHeads: 8, headSize: 128);

    public static IEnumerable<PlannedRow> Rows()
    {
        const string Work = "decode 64 x 8192, heads 64:8 of 128, bf16, new keys stored";
        PagedStepOptions byToken = new() { Shape = Shape }, byHead = byToken with { Layout = KeyValueCacheLayout.PagedHnd };
        yield return new PlannedRow(Name, Work, [byToken, byHead], (device, measurement) =>
        {
            using RowResources resources = new();
            StepNumbers numbers = StepNumbers.Draw(device.Memory, Shape, ElementType.BFloat16, Shape.InputSets(ElementType.BFloat16));
            return measurement.Measure(
                Name, Work, numbers.Sets,
                [
                    EngineContenders.Create(device, byToken, numbers, WorkUnit.Bytes, resources),
                    EngineContenders.Create(device, byHead, numbers, WorkUnit.Bytes, resources) with { IsJudged = false },
                    VarlenFlash.Create(device.Memory, numbers, WorkUnit.Bytes),
                    .. DeviceCopies.Create(device.Memory),
                ],
                [new Goal(Family.Copy, 0.87, RatioBasis.Rate)]);
        });
    }
}
