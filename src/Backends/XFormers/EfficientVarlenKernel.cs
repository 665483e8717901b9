using AttentionGen.Libtorch;
using AttentionGen.Libtorch.Gathered;
using TorchSharp;
using static TorchSharp.torch;

namespace AttentionGen.XFormers;

/// <summary>Memory-efficient attention over requests laid end to end.</summary>
/// <param name="attend">The operator.</param>
internal sealed class EfficientVarlenKernel(EfficientAttention.Operator attend) : IVarlenKernel
{
    public (Tensor Output, Tensor? LogSumExp) Attend(in VarlenOperands operands)
    {
        Tensor values = EfficientValues.Pad(operands.Values);
        (Tensor output, Tensor? logSumExp) = operands.Step.MaxQueries == 1 ? AttendSingles(operands, values) : AttendRows(operands, values);
        return (output.narrow(-1, 0, operands.Values.size(2)), logSumExp);
    }

    /// <summary>
    /// One query a request, which sees all of its keys: the query heads of one KV head become rows, so that no key is
    /// repeated.
    /// </summary>
    private (Tensor Output, Tensor? LogSumExp) AttendSingles(in VarlenOperands operands, Tensor values)
    {
        long requests = operands.Query.size(0), kvHeads = operands.Keys.size(1), group = operands.Query.size(1) / kvHeads;
        using Scalar factor = group;
        (Tensor output, Tensor logSumExp) = attend(new EfficientAttention.Arguments(
            operands.Query.reshape(requests, kvHeads, group, -1).transpose(1, 2).reshape(1, requests * group, kvHeads, -1),
            operands.Keys.unsqueeze(0),
            values.unsqueeze(0),
            Bias: null,
            operands.Step.QueryStartLoc.mul(factor),
            operands.Step.KeyStartLoc,
            group,
            operands.Step.MaxKeys,
            IsCausal: false,
            Window: null,
            operands.Scale,
            operands.WantsLogSumExp));

        output = output.reshape(requests, group, kvHeads, -1).transpose(1, 2).reshape(requests, kvHeads * group, -1);
        return (output, operands.WantsLogSumExp ? logSumExp.narrow(2, 0, group).reshape(requests, kvHeads * group).transpose(0, 1) : null);
    }

    private (Tensor Output, Tensor? LogSumExp) AttendRows(in VarlenOperands operands, Tensor values)
    {
        VarlenStep step = operands.Step;
        long heads = operands.Query.size(1);
        (Tensor output, Tensor logSumExp) = attend(new EfficientAttention.Arguments(
            operands.Query.unsqueeze(0),
            EfficientValues.Repeat(operands.Keys, heads).unsqueeze(0),
            EfficientValues.Repeat(values, heads).unsqueeze(0),
            Bias: null,
            step.QueryStartLoc,
            step.KeyStartLoc,
            step.MaxQueries,
            step.MaxKeys,
            step.IsCausal,
            step.Window,
            operands.Scale,
            operands.WantsLogSumExp));

        // Each request's log-sum-exps are padded: [requests, H, padded].
        return (
            output.squeeze(0),
            operands.WantsLogSumExp ? logSumExp.transpose(0, 1).reshape(heads, -1).index_select(1, step.PaddedLogSumExpRows) : null);
    }
}
