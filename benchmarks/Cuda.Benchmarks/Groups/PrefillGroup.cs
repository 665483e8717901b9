using System.Globalization;
using AttentionGen.Cuda.Benchmarks.Measuring;
using AttentionGen.Cuda.Benchmarks.Peers;
using AttentionGen.Cuda.Benchmarks.Steps;

namespace AttentionGen.Cuda.Benchmarks.Groups;

/// <summary>Whole prompts, causal, beside cuDNN over dense tensors and libtorch's flash over requests laid end to end.</summary>
internal static class PrefillGroup
{
    public const string Name = "prefill";

    private const double VarlenTarget = 1.6;

    public static IEnumerable<PlannedRow> Rows()
    {
        foreach ((int requests, int tokens, double cudnnTarget) in ((int, int, double)[])[(4, 4096, 0.85), (1, 16384, 0.90)])
        {
            foreach ((int queryHeads, int keyValueHeads) in ((int, int)[])[(32, 8), (16, 16)])
                yield return Row(new PagedStepOptions { Shape = StepShape.Prefills(requests, tokens, queryHeads, keyValueHeads, 128) }, cudnnTarget);
        }

        PagedStepOptions options = new() { Shape = StepShape.Prefills(4, 4096, 32, 8, 128) };
        yield return Row(options with { ElementType = ElementType.Float16 }, null);
        yield return Row(options with { Shape = options.Shape with { HeadSize = 64 } }, null);
        yield return Row(options with { Shape = options.Shape with { HeadSize = 256 } }, null);
        yield return Row(options with { SlidingWindow = 1024 }, null);
        yield return Row(options with { SoftCap = 30 }, null);
    }

    private static PlannedRow Row(PagedStepOptions options, double? cudnnTarget)
    {
        StepShape shape = options.Shape;
        string type = options.ElementType == ElementType.Float16 ? "fp16" : "bf16";
        string work = string.Create(CultureInfo.InvariantCulture,
            $"prefill {shape.Requests.Length} x {shape.MaxKeys}, heads {shape.QueryHeads}:{shape.KeyValueHeads} of {shape.HeadSize}, {type}{(options.SlidingWindow is { } window ? $", window {window}" : "")}{(options.SoftCap is { } cap ? $", soft cap {cap}" : "")}, new keys stored");
        PagedStepOptions[] variants = [options with { Stores = false }, options with { PageSize = 128 }, options with { IsSpecialised = false }];
        return new PlannedRow(Name, work, [options, .. variants], (device, measurement) =>
        {
            using RowResources resources = new();
            StepNumbers numbers = StepNumbers.Draw(device.Memory, shape, options.ElementType, shape.InputSets(options.ElementType));
            List<Contender> contenders = [Ours(options), .. variants.Select(variant => Ours(variant) with { IsJudged = false })];
            if (options.SoftCap is { } softCap)
                contenders.Add(DensePrefills.SoftCapped(numbers, softCap));
            else
                contenders.Add(VarlenFlash.Create(device.Memory, numbers, WorkUnit.Operations, options.SlidingWindow));
            if (options is { SoftCap: null, SlidingWindow: null })
                contenders.AddRange(DensePrefills.Cudnn(new DenseOperands(numbers)));
            return measurement.Measure(
                Name, work, numbers.Sets, contenders,
                [new Goal(Family.Cudnn, cudnnTarget), new Goal(Family.VarlenFlash, cudnnTarget is null ? null : VarlenTarget)]);

            Contender Ours(PagedStepOptions step) => EngineContenders.Create(device, step, numbers, WorkUnit.Operations, resources);
        });
    }
}
