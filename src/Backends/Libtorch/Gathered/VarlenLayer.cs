using static TorchSharp.torch;

namespace AttentionGen.Libtorch.Gathered;

/// <summary>A layer that attends a whole batch end to end, without padding.</summary>
/// <param name="options">What the layer computes.</param>
/// <param name="kernel">What computes it.</param>
internal sealed class VarlenLayer(AttentionLayerOptions options, IVarlenKernel kernel) : GatheredLayer(options)
{
    /// <summary>
    /// The schedule that a layer of these options needs. With a window or a bias by distance a shared prefix looks different
    /// to every row, and is attended with the rest.
    /// </summary>
    public static ScheduleKey KeyOf(AttentionLayerOptions options) => new(
        ScheduleKind.Varlen, options.SlidingWindow, SharesPrefix: options is { Cascade: true, SlidingWindow: null, AlibiSlopes.IsEmpty: true });

    protected override RowSelection? Attend(GatheredPlan plan, in GatheredTensors tensors)
    {
        VarlenSchedule schedule = plan.Varlen(KeyOf(Options));
        bool wantsLogSumExp = schedule.Prefix is not null || NeedsLogSumExp(tensors);
        (Tensor Output, Tensor? LogSumExp)? prefix = schedule.Prefix is { } shared ? Attend(shared, tensors, wantsLogSumExp) : null;
        foreach (VarlenStep step in schedule.Steps)
        {
            (Tensor output, Tensor? logSumExp) = Attend(step, tensors, wantsLogSumExp);
            if (prefix is { } part)
            {
                // The rows of the prefix are all rows of the step in order.
                (output, logSumExp) = LogSumExpMerge.Merge(
                    output, logSumExp!, step.Rows.Select(part.Output), step.Rows.Select(part.LogSumExp!, 1));
            }

            Write(step.Rows, output, logSumExp, step.KeysAreNew, tensors);
        }

        return schedule.Empty;
    }

    private (Tensor Output, Tensor? LogSumExp) Attend(VarlenStep step, in GatheredTensors tensors, bool wantsLogSumExp)
    {
        (Tensor query, float scale) = PositiveScale.Of(tensors.ReadQuery(step.Rows), ScaleFor(step.KeysAreNew));
        return kernel.Attend(new VarlenOperands(
            query,
            tensors.ReadKeys(step.KeyRows, step.KeysAreNew),
            tensors.ReadValues(step.KeyRows, step.KeysAreNew),
            step,
            scale,
            wantsLogSumExp));
    }
}
