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
        bool isCascade = schedule.Prefix is not null;
        bool wantsLogSumExp = isCascade || NeedsLogSumExp(tensors);
        (Tensor Output, Tensor? LogSumExp)? prefix = null;
        if (schedule.Prefix is { } shared)
        {
            prefix = Attend(shared, tensors, wantsLogSumExp);
        }

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

    private (Tensor Output, Tensor? LogSumExp) Attend(VarlenStep step, in GatheredTensors tensors, bool wantsLogSumExp) => kernel.Attend(new VarlenOperands(
        Aligned(step.Rows.Select(tensors.Query)),
        Aligned(tensors.ReadKeys(step.KeyRows, step.KeysAreNew)),
        Aligned(tensors.ReadValues(step.KeyRows, step.KeysAreNew)),
        step,
        ScaleFor(step.KeysAreNew),
        AlibiSlopes,
        wantsLogSumExp));

    /// <summary>The kernels load 16 bytes at a time: rows that do not begin at a multiple of that are copied.</summary>
    private static Tensor Aligned(Tensor rows)
    {
        TensorView view = rows;
        long size = view.ElementType.SizeInBytes();
        bool isAligned = view.Data % 16 == 0 && view.Stride(0) * size % 16 == 0 && view.Stride(1) * size % 16 == 0;
        return isAligned || view.ElementCount == 0 ? rows : rows.clone();
    }
}
