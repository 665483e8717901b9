using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Execution;
using AttentionGen.Conformance.Inputs;
using AttentionGen.Conformance.Judgement;
using AttentionGen.Libtorch;
using static TorchSharp.torch;

namespace AttentionGen.Conformance.Checks;

/// <summary>
/// New keys that an 8-bit cache does not hold exactly: each is stored as a nearest number that it does hold, and too large
/// ones as the largest.
/// </summary>
internal sealed class RoundedStoreCheck(AttentionCase attentionCase)
    : BatteryCheck(CheckGroups.CacheTypes, $"stored rounded: {attentionCase.Describe()}")
{
    public override CaseOutcome Run(BackendUnderTest target, ExpectationCache expectations)
    {
        using var scope = NewDisposeScope();
        int tokens = attentionCase.NewKeyCount;
        PageTable pages = PageTable.Create(attentionCase, 1);
        KeyValueCacheOptions cacheOptions = attentionCase.ToCacheOptions(target.Device, pages.PageCount);
        using AttentionLayer layer = target.Backend.CreateLayer(attentionCase.ToLayerOptions(target.Device));
        using AttentionPlan plan = target.Backend.CreatePlan(new AttentionPlanOptions { Cache = cacheOptions, QueryHeads = attentionCase.QueryHeads });
        using PagedKeyValueCache cache = target.Backend.CreateCache(cacheOptions);
        AttentionBatch batch = CaseBatch.Create(attentionCase, pages);
        plan.Update(batch);

        RandomValues random = new(7);
        float[] Draw(int size) => [.. Enumerable.Range(0, tokens * size).Select(i => ElementCodec.Round(random.NextNormal() * (i % 97 == 0 ? 1e5f : 1), attentionCase.ElementType) is var drawn && float.IsFinite(drawn) ? drawn : 1)];
        float[] keys = Draw(attentionCase.KeyValueHeads * attentionCase.HeadSize), values = Draw(attentionCase.KeyValueHeads * attentionCase.OutputHeadSize);
        Tensor Upload(float[] rows, int heads, int size) =>
            tensor(rows).view(tokens, heads, size).to(attentionCase.ElementType.ToScalarType()).to(target.Device.ToTorch());
        Tensor query = zeros(tokens, attentionCase.QueryHeads, attentionCase.HeadSize, dtype: attentionCase.ElementType.ToScalarType(), device: target.Device.ToTorch());
        Tensor output = zeros(tokens, attentionCase.QueryHeads, attentionCase.OutputHeadSize, dtype: attentionCase.ElementType.ToScalarType(), device: target.Device.ToTorch());
        TensorView value = attentionCase.Form == AttentionForm.MultiHead ? Upload(values, attentionCase.KeyValueHeads, attentionCase.OutputHeadSize) : default(TensorView);
        layer.Forward(query, Upload(keys, attentionCase.KeyValueHeads, attentionCase.HeadSize), value, cache[1], plan, output);

        ReadOnlySpan<long> slots = batch.SlotMapping.Span;
        string? reason = Misrounded(keys, cache[1].Keys, slots, attentionCase.HeadSize, attentionCase.KeyScale, "key");
        if (attentionCase.Form == AttentionForm.MultiHead)
            reason ??= Misrounded(values, cache[1].Values, slots, attentionCase.OutputHeadSize, attentionCase.ValueScale, "value");
        return reason is null ? new CaseOutcome(ConformanceVerdict.Passed, [], []) : CaseOutcome.Failed(reason);
    }

    private string? Misrounded(float[] rows, TensorView view, ReadOnlySpan<long> slots, int size, float scale, string name)
    {
        ElementType type = attentionCase.EffectiveCacheType;
        using Tensor cache = LibtorchTensor.Borrow(view);
        using Tensor contiguous = cache.cpu().contiguous();
        float[] stored = new float[contiguous.numel()];
        ElementCodec.Decode(contiguous.bytes, type, stored);
        int length = attentionCase.KeyValueHeads * size;
        for (int i = 0; i < rows.Length; i++)
        {
            float exact = rows[i] / scale, actual = stored[(slots[i / length] * length) + (i % length)];
            float nearest = ElementCodec.Round(exact, type);

            // Halfway between two, a product with 1 / scale and a quotient may round differently.
            bool isTie = Math.Abs(Math.Abs(actual - exact) - Math.Abs(nearest - exact)) <= 1e-5f * Math.Abs(exact);
            if (actual != nearest && !isTie)
                return $"A {name} of {exact} is stored as {actual}. The nearest that {type} holds is {nearest}.";
        }

        return null;
    }
}
