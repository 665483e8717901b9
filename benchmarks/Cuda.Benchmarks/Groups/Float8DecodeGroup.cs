using AttentionGen.Cuda.Benchmarks.Measuring;
using AttentionGen.Cuda.Benchmarks.Peers;
using AttentionGen.Cuda.Benchmarks.Steps;

namespace AttentionGen.Cuda.Benchmarks.Groups;

/// <summary>The decodes of <see cref="DecodeGroup"/> over a cache of E4M3 with scales of 1, beside one of 16 bits with the same numbers.</summary>
internal static class Float8DecodeGroup
{
    public const string Name = "decode-fp8";

    public static IEnumerable<PlannedRow> Rows()
    {
        const string Work = "decode 64 x 8192, heads 64:8 of 128, bf16 over e4m3, new keys stored";
        StepShape shape = DecodeGroup.Shape;
        PagedStepOptions wide = new() { Shape = shape }, narrow = wide with { CacheElementType = ElementType.Float8E4M3 }, byHead = narrow with { Layout = KeyValueCacheLayout.PagedHnd };
        yield return new PlannedRow(Name, Work, [wide, narrow, byHead], (device, measurement) =>
        {
            using RowResources resources = new();
            StepNumbers numbers = StepNumbers.Draw(device.Memory, shape, ElementType.BFloat16, shape.InputSets(ElementType.BFloat16), fitFloat8: true);
            return measurement.Measure(
                Name, Work, numbers.Sets,
                [
                    EngineContenders.Create(device, narrow, numbers, WorkUnit.Bytes, resources),
                    EngineContenders.Create(device, byHead, numbers, WorkUnit.Bytes, resources) with { IsJudged = false },
                    EngineContenders.Create(device, wide, numbers, WorkUnit.Bytes, resources) with { Family = Family.BFloat16Cache },
                    VarlenFlash.Create(device.Memory, numbers, WorkUnit.Bytes, isTimed: false),
                ],
                [new Goal(Family.BFloat16Cache, 1.7)]);
        });
    }
}
