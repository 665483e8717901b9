using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Execution;
using AttentionGen.Conformance.Inputs;
using AttentionGen.Conformance.Judgement;
using static TorchSharp.torch;

namespace AttentionGen.Conformance.Checks;

/// <summary>A step that is wrong in one way is refused by an exception that says so, and writes nothing.</summary>
internal sealed class WrongOperandCheck(AttentionCase attentionCase, WrongOperand wrong) : BatteryCheck(CheckGroups.Operands, $"refuses: {wrong}")
{
    public override CaseOutcome Run(BackendUnderTest target, ExpectationCache expectations)
    {
        using var scope = NewDisposeScope();
        PageTable pages = PageTable.Create(attentionCase, 1);
        KeyValueCacheOptions cacheOptions = attentionCase.ToCacheOptions(target.Device, pages.PageCount);
        using AttentionLayer layer = target.Backend.CreateLayer(attentionCase.ToLayerOptions(target.Device));
        using AttentionPlan plan = target.Backend.CreatePlan(new AttentionPlanOptions { Cache = cacheOptions, QueryHeads = attentionCase.QueryHeads });
        using PagedKeyValueCache cache = target.Backend.CreateCache(cacheOptions);

        ScalarType type = attentionCase.ElementType.ToScalarType();
        Device device = target.Device.ToTorch();
        int tokens = attentionCase.QueryCount, heads = attentionCase.QueryHeads, keyHeads = attentionCase.KeyValueHeads, size = attentionCase.HeadSize;
        Tensor query = ones(wrong == WrongOperand.TooFewQueryRows ? tokens - 1 : tokens, heads, size, dtype: type, device: device);
        Tensor key = ones(tokens, keyHeads, size, dtype: type, device: device);
        Tensor value = ones(tokens, keyHeads, attentionCase.OutputHeadSize, dtype: type, device: device);
        Tensor output = ones(tokens, heads, attentionCase.OutputHeadSize, dtype: type, device: device);
        Tensor logSumExp = ones(heads, tokens, device: device);
        if (wrong == WrongOperand.StridedLastDimension)
            query = ones(tokens, heads, 2 * size, dtype: type, device: device).slice(2, 0, 2 * size, 2);
        if (wrong == WrongOperand.OtherElementType)
            query = query.to(type == ScalarType.Float32 ? ScalarType.Float16 : ScalarType.Float32);

        try
        {
            if (wrong != WrongOperand.NoBatch)
                plan.Update(Batch(pages));
            bool hasValue = attentionCase.Form == AttentionForm.MultiHead;
            layer.Forward(
                query,
                wrong == WrongOperand.MissingKeys ? default : (TensorView)key,
                hasValue && wrong != WrongOperand.MissingKeys ? (TensorView)value : default,
                wrong == WrongOperand.NoCache ? null : cache[1],
                plan,
                output,
                wrong == WrongOperand.LogSumExpNotAskedFor ? (TensorView)logSumExp : default);
        }
        catch (Exception refusal) when (refusal is ArgumentException || (refusal is InvalidOperationException && wrong == WrongOperand.NoBatch)
            || (refusal is AttentionNotSupportedException && IsFeatureOfTheBatch))
        {
            return (bool)output.eq(ones_like(output)).all().cpu()
                ? new CaseOutcome(ConformanceVerdict.Passed, [], [])
                : CaseOutcome.Failed($"It refused the step ({refusal.Message}) after it had written to the output.");
        }

        return CaseOutcome.Failed("It accepted the step. It must throw an ArgumentException, or an InvalidOperationException for a plan without a batch.");
    }

    /// <summary>Whether a backend that does not declare what the batch asks refuses it before the layer does.</summary>
    private bool IsFeatureOfTheBatch =>
        wrong is WrongOperand.FullBatchForCausalLayer or WrongOperand.TreeForLayerWithout or WrongOperand.CommonPrefixForLayerWithout;

    private AttentionBatch Batch(PageTable pages)
    {
        AttentionBatch batch = CaseBatch.Create(attentionCase, pages);
        switch (wrong)
        {
            case WrongOperand.FullBatchForCausalLayer:
                return batch with { Causal = false };
            case WrongOperand.TreeForLayerWithout:
                ulong[] tree = new ulong[attentionCase.QueryCount];
                int start = 0;
                foreach (RequestShape request in attentionCase.Requests)
                {
                    for (int i = 0; i < request.Queries; i++)
                        tree[start + i] = 1UL << i;
                    start += request.Queries;
                }

                return batch with { TreeAncestors = tree };
            case WrongOperand.CommonPrefixForLayerWithout:
                int[] table = batch.BlockTable.ToArray();
                for (int request = 1; request < batch.RequestCount; request++)
                    table[request * batch.MaxBlocks] = table[0];
                return batch with { BlockTable = table, CommonPrefixLength = attentionCase.PageSize };
            case WrongOperand.PageOutsideCache:
                int[] outside = batch.BlockTable.ToArray();
                outside[0] = pages.PageCount;
                return batch with { BlockTable = outside };
            case WrongOperand.SlotOutsideCache:
                long[] slots = batch.SlotMapping.ToArray();
                slots[0] = (long)pages.PageCount * attentionCase.PageSize;
                return batch with { SlotMapping = slots };
            case WrongOperand.FewerKeysThanQueries:
                int[] lengths = batch.SeqLens.ToArray();
                lengths[^1] = 0;
                return batch with { SeqLens = lengths };
            default:
                return batch;
        }
    }
}
