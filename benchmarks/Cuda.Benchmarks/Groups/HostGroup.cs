using AttentionGen.Cuda.Benchmarks.Measuring;
using AttentionGen.Cuda.Benchmarks.Peers;
using AttentionGen.Cuda.Benchmarks.Reporting;
using AttentionGen.Cuda.Benchmarks.Steps;
using AttentionGen.Libtorch;
using static TorchSharp.torch;

namespace AttentionGen.Cuda.Benchmarks.Groups;

/// <summary>What a call costs the host: a decode beside TorchSharp's attention, and the update of a plan.</summary>
internal static class HostGroup
{
    public const string Name = "host";

    private const double TimeTarget = 2;

    public static IEnumerable<PlannedRow> Rows()
    {
        yield return DecodeRow();
        foreach (int requests in (int[])[1, 64, 256])
            yield return UpdateRow(requests);
    }

    private static PlannedRow DecodeRow()
    {
        const string Work = "host side of a call: decode 4 x 256, heads 32:8 of 128, bf16, new keys stored";
        PagedStepOptions options = new() { Shape = StepShape.Decodes(requests: 4, keys: 256, queryHeads: 32, keyValueHeads: 8, headSize: 128) };
        return new PlannedRow(Name, Work, [options], (device, _) =>
        {
            using RowResources resources = new();
            StepNumbers numbers = StepNumbers.Draw(device.Memory, options.Shape, options.ElementType, sets: 1);
            PagedStep step = resources.Own(new PagedStep(device, options, numbers));
            AttentionOperands views = step.OperandsOf(0);
            DenseOperands dense = new(numbers);
            Tensor query = dense.Queries[0], folded = dense.FoldedQueries()[0], keys = dense.Keys[0], values = dense.Values[0];
            MeasuredContender[] measured = HostMeasurement.Interleaved(
                device,
                [
                    new HostContender("ours, views of tensors made before", () => step.Run(in views, 0)),
                    new HostContender("ours, from tensors", () => step.Run(0)),
                    new HostContender("TorchSharp's SDPA, a group's heads as rows", () => nn.functional.scaled_dot_product_attention(folded, keys, values).Dispose()),
                    new HostContender("libtorch's SDPA by its C interface, grouped heads", () => ScaledDotProductAttention.Forward(query, keys, values, enableGqa: true).Dispose()),
                ],
                calls: 16, samples: 300);
            return new ReportRow(Name, Work, [Judged(measured[0], measured[2]), Judged(measured[1], measured[2]), measured[2], measured[3]]);
        });
    }

    private static PlannedRow UpdateRow(int requests)
    {
        PagedStepOptions options = new() { Shape = StepShape.Decodes(requests, keys: 4096, queryHeads: 32, keyValueHeads: 8, headSize: 128) };
        string work = $"host side of an update: {requests} decodes of 4096 keys, heads 32:8";
        return new PlannedRow(Name, work, [options], (device, _) =>
        {
            using PlanUpdate update = new(device, options);

            // Two, for the copies of the last three updates may be on their way before one waits for them.
            return new ReportRow(Name, work, HostMeasurement.Interleaved(device, [new HostContender("ours, the plan's update", update.Run)], calls: 2, samples: 300));
        });
    }

    private static MeasuredContender Judged(MeasuredContender own, MeasuredContender peer)
    {
        double ratio = peer.Median!.Value / own.Median!.Value, bytes = own.ManagedBytes!.Value;
        return own with
        {
            Judgements = [new Judgement(peer.Name, ratio, TimeTarget, ratio >= TimeTarget), new Judgement("managed bytes a call", bytes, 0, bytes == 0)],
        };
    }
}
