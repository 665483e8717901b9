using AttentionGen.Cuda.Benchmarks.Measuring;
using AttentionGen.Cuda.Benchmarks.Peers;
using AttentionGen.Cuda.Benchmarks.Steps;
using static TorchSharp.torch;

namespace AttentionGen.Cuda.Benchmarks.Groups;

/// <summary>Decodes and prompts in one call, beside a call for the decodes and one for the prompts.</summary>
internal static class MixedGroup
{
    public const string Name = "mixed";

    private const int Decodes = 60, DecodeKeys = 4096, Prefills = 4, PrefillTokens = 1024;

    private static readonly StepShape s_shape = new(
        [.. Enumerable.Repeat(new StepRequest(DecodeKeys, 1), Decodes), .. Enumerable.Repeat(new StepRequest(PrefillTokens, PrefillTokens), Prefills)],
        QueryHeads: 32, KeyValueHeads: 8, HeadSize: 128);

    public static IEnumerable<PlannedRow> Rows() => [Row(isSpecialised: true), Row(isSpecialised: false)];

    private static PlannedRow Row(bool isSpecialised)
    {
        string work = $"mixed {Decodes} decodes x {DecodeKeys} and {Prefills} prefills x {PrefillTokens}, heads 32:8 of 128, bf16, new keys stored, {(isSpecialised ? "FLASH_ATTN" : "TRITON_ATTN")}";
        PagedStepOptions options = new() { Shape = s_shape, IsSpecialised = isSpecialised };
        return new PlannedRow(Name, work, [options], (device, measurement) =>
        {
            using RowResources resources = new();
            StepNumbers numbers = StepNumbers.Draw(device.Memory, s_shape, ElementType.BFloat16, s_shape.InputSets(ElementType.BFloat16));
            Tensor[] outputs = numbers.NewOutputs();
            PagedStep? decodes = null, prefills = null;
            Contender together = EngineContenders.Create(device, options, numbers, WorkUnit.Operations, resources) with { Name = "ours, one call" };
            return measurement.Measure(
                Name, work, numbers.Sets,
                [
                    together,
                    together with { Name = "ours, two calls", Family = Family.SeparateCalls, Call = Separately },
                    Part("ours, the decodes alone", 0, Decodes, RunDecodes),
                    Part("ours, the prefills alone", Decodes, Prefills, RunPrefills),
                    VarlenFlash.Create(device.Memory, numbers, WorkUnit.Operations),
                ],
                [new Goal(Family.SeparateCalls, 1.15), new Goal(Family.VarlenFlash, null)]);

            Tensor RunDecodes(int set) => (decodes ??= Create(0, Decodes)).Run(set);
            Tensor RunPrefills(int set) => (prefills ??= Create(Decodes, Prefills)).Run(set);
            Tensor Separately(int set)
            {
                RunDecodes(set);
                RunPrefills(set);
                return outputs[set];
            }

            PagedStep Create(int first, int count)
            {
                StepNumbers part = numbers.Slice(first, count);
                return resources.Own(new PagedStep(device, options with { Shape = part.Shape }, part, numbers.RowsOf(outputs, first, count)));
            }

            Contender Part(string name, int first, int count, Func<int, Tensor> call) => new(name, Family.Part, call)
            {
                Work = (s_shape with { Requests = s_shape.Requests[first..(first + count)] }).Operations(), Unit = WorkUnit.Operations,
            };
        });
    }
}
