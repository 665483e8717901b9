using AttentionGen.Libtorch;
using static TorchSharp.torch;

namespace AttentionGen.TorchSdpa;

/// <summary>One layer on libtorch's scaled dot product attention.</summary>
internal sealed class TorchSdpaLayer(AttentionLayerOptions options) : AttentionLayer(options)
{
    private readonly int _group = options.QueryHeads / options.KeyValueHeads;

    protected override void ForwardCore(in AttentionOperands operands, KeyValueCacheLayer? cache, AttentionPlan plan)
    {
        if (plan is not TorchSdpaPlan sdpaPlan)
            throw new ArgumentException($"The plan is a {plan.GetType().Name}. It must be made by the same backend as the layer.", nameof(plan));
        if (cache!.Layout != KeyValueCacheLayout.SplitNhd)
            throw new ArgumentException($"The cache has the layout {cache.Layout}. TORCH_SDPA reads {KeyValueCacheLayout.SplitNhd}: make the cache by the same backend.", nameof(cache));

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor keys = Slots(cache.KeyTensor);
        Tensor values = Slots(cache.ValueTensor);
        Tensors tensors = new(
            LibtorchTensor.Borrow(operands.Query),
            operands.Key.IsDefined ? LibtorchTensor.Borrow(operands.Key) : null,
            operands.Value.IsDefined ? LibtorchTensor.Borrow(operands.Value) : null,
            keys,
            values,
            LibtorchTensor.Borrow(operands.Output),
            operands.LogSumExp.IsDefined ? LibtorchTensor.Borrow(operands.LogSumExp) : null);

        Store(sdpaPlan, tensors);
        TorchSdpaSchedule schedule = sdpaPlan.ScheduleFor(Options.SlidingWindow);
        foreach (DecodeGroup group in schedule.Decodes)
            Decode(group, tensors);
        foreach (PrefillStep step in schedule.Prefills)
            Prefill(step, tensors);
        if (schedule.EmptyRows is { } rows)
            WriteEmpty(rows, tensors);
    }

    /// <summary>A cache as a list of slots: [pages * page size, Hkv, D].</summary>
    private static Tensor Slots(Tensor pages) => pages.view(-1, pages.size(2), pages.size(3));

    private static void Store(TorchSdpaPlan plan, in Tensors tensors)
    {
        if (plan.StoredSlots is not { } slots || tensors.NewKeys is not { } newKeys || tensors.NewValues is not { } newValues)
            return;

        if (plan.StoredRows is { } rows)
        {
            newKeys = newKeys.index_select(0, rows);
            newValues = newValues.index_select(0, rows);
        }

        tensors.Keys.index_copy_(0, slots, newKeys);
        tensors.Values.index_copy_(0, slots, newValues);
    }

    private void Decode(DecodeGroup group, in Tensors tensors)
    {
        // The query heads of one KV head become the rows of one matrix: [N, Hkv, Hq / Hkv, D], so that no key is repeated.
        int padded = group.PaddedRequests;
        Tensor query = group.QueryRows is { } rows ? tensors.Query.index_select(0, rows) : tensors.Query.contiguous();
        query = query.view(padded, Options.KeyValueHeads, _group, Options.HeadSize);
        Tensor keys = Gather(tensors.Keys, group.Slots, padded, group.Keys);
        Tensor values = Gather(tensors.Values, group.Slots, padded, group.Keys);
        (Tensor output, Tensor? logSumExp) = Attend(query, keys, values, group.Mask, isCausal: false, tensors.LogSumExp is not null);

        output = output.reshape(padded, Options.QueryHeads, -1).narrow(0, 0, group.Requests);
        logSumExp = logSumExp?.reshape(padded, Options.QueryHeads).narrow(0, 0, group.Requests).transpose(0, 1);
        if (group.Rows is { } target)
        {
            tensors.Output.index_copy_(0, target, output);
            if (logSumExp is not null)
                tensors.LogSumExp!.index_copy_(1, target, logSumExp);
        }
        else
        {
            tensors.Output.copy_(output);
            if (logSumExp is not null)
                tensors.LogSumExp!.copy_(logSumExp);
        }
    }

    private void Prefill(PrefillStep step, in Tensors tensors)
    {
        Tensor query = Rows(tensors.Query, step);
        Tensor keys = step.Slots is { } slots ? Gather(tensors.Keys, slots, 1, step.Keys) : Rows(tensors.NewKeys!, step);
        Tensor values = step.Slots is { } valueSlots ? Gather(tensors.Values, valueSlots, 1, step.Keys) : Rows(tensors.NewValues!, step);
        (Tensor output, Tensor? logSumExp) = Attend(query, keys, values, step.Mask, step.IsCausal, tensors.LogSumExp is not null);

        tensors.Output.narrow(0, step.FirstRow, step.Queries).copy_(output.squeeze(0).transpose(0, 1).narrow(0, 0, step.Queries));
        if (logSumExp is not null)
            tensors.LogSumExp!.narrow(1, step.FirstRow, step.Queries).copy_(logSumExp.squeeze(0).narrow(1, 0, step.Queries));
    }

    /// <summary>A request's rows of [T, H, D], padded where the step is, as [1, H, L, D].</summary>
    private static Tensor Rows(Tensor all, PrefillStep step)
    {
        Tensor rows = step.Rows is { } indices ? all.index_select(0, indices) : all.narrow(0, step.FirstRow, step.Queries);
        return rows.transpose(0, 1).unsqueeze(0);
    }

    /// <summary>[N, H, L, D] queries over [N, Hkv, S, D] keys; H is a multiple of Hkv.</summary>
    private (Tensor Output, Tensor? LogSumExp) Attend(
        Tensor query, Tensor keys, Tensor values, Tensor? mask, bool isCausal, bool wantsLogSumExp)
    {
        float scale = Options.EffectiveScale;
        if (wantsLogSumExp)
            return LogSumExpMath.Attend(query, keys, values, mask, isCausal, scale);

        bool isGrouped = query.size(1) != keys.size(1);
        return (ScaledDotProductAttention.Forward(query, keys, values, mask, isCausal, scale, isGrouped), null);
    }

    private static Tensor Gather(Tensor slots, Tensor indices, int requests, int keys) =>
        slots.index_select(0, indices).view(requests, keys, slots.size(1), slots.size(2)).transpose(1, 2);

    private static void WriteEmpty(Tensor rows, in Tensors tensors)
    {
        tensors.Output.index_copy_(0, rows, zeros_like(tensors.Output.index_select(0, rows)));
        if (tensors.LogSumExp is { } logSumExp)
            logSumExp.index_copy_(1, rows, full_like(logSumExp.index_select(1, rows), float.NegativeInfinity));
    }

    /// <summary>The operands as libtorch tensors.</summary>
    private readonly record struct Tensors(
        Tensor Query, Tensor? NewKeys, Tensor? NewValues, Tensor Keys, Tensor Values, Tensor Output, Tensor? LogSumExp);
}
