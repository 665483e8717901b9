using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Execution;
using AttentionGen.Conformance.Inputs;
using AttentionGen.Conformance.Judgement;
using TorchSharp;
using static TorchSharp.torch;

namespace AttentionGen.Conformance.Checks;

/// <summary>
/// A prompt in several steps over one cache and one plan, as an application runs it: the answers of the prompt at once.
/// </summary>
/// <param name="attentionCase">One request: the prompt.</param>
/// <param name="chunk">The number of tokens of a step.</param>
internal sealed class SequentialCheck(AttentionCase attentionCase, int chunk)
    : BatteryCheck(CheckGroups.Invariance, $"{(chunk == 1 ? "one token" : $"{chunk} tokens")} at a time: {attentionCase.Describe()}")
{
    public override CaseOutcome Run(BackendUnderTest target, ExpectationCache expectations)
    {
        using var scope = NewDisposeScope();
        Expectation whole = expectations.For(attentionCase);
        RequestShape prompt = attentionCase.Requests[0];
        PageTable pages = PageTable.Create(attentionCase, 1);
        KeyValueCacheOptions cacheOptions = attentionCase.ToCacheOptions(target.Device, pages.PageCount);
        using AttentionLayer layer = target.Backend.CreateLayer(attentionCase.ToLayerOptions(target.Device));
        using AttentionPlan plan = target.Backend.CreatePlan(new AttentionPlanOptions { Cache = cacheOptions, QueryHeads = attentionCase.QueryHeads });
        using PagedKeyValueCache cache = target.Backend.CreateCache(cacheOptions);
        CacheContents contents = new(whole.Inputs, pages);
        contents.Fill(cache);

        // TorchSharp does not keep a number alive while native code reads it.
        using Scalar unwritten = float.NaN;
        List<float> output = [];
        for (int first = 0; first < prompt.Queries; first += chunk)
        {
            int count = Math.Min(chunk, prompt.Queries - first);
            CaseInputs inputs = whole.Inputs.TakeTokens(0, first, count);
            plan.Update(CaseBatch.Create(inputs.Case, pages));
            Tensor stepOutput = full(
                [count, attentionCase.QueryHeads, attentionCase.OutputHeadSize], unwritten, dtype: attentionCase.ElementType.ToScalarType(), device: target.Device.ToTorch());
            bool hasValue = attentionCase.Form == AttentionForm.MultiHead;
            layer.Forward(
                Upload(inputs.Queries[0], 0, count, attentionCase.QueryHeads, attentionCase.HeadSize, target),
                Upload(inputs.Keys[0], inputs.Case.Requests[0].Computed, count, attentionCase.KeyValueHeads, attentionCase.HeadSize, target),
                hasValue ? (TensorView)Upload(inputs.Values[0], inputs.Case.Requests[0].Computed, count, attentionCase.KeyValueHeads, attentionCase.OutputHeadSize, target) : default,
                cache[1], plan, stepOutput);
            output.AddRange(stepOutput.to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray());
        }

        contents.Store(whole.Inputs, pages);
        string? difference = contents.Differs(cache);
        return StepJudge.Judge(whole, new StepResult([.. output], [], null, difference is null ? [] : [difference]));
    }

    private Tensor Upload(float[] rows, int first, int count, int heads, int size, BackendUnderTest target)
    {
        int length = heads * size;
        return tensor(rows[(first * length)..((first + count) * length)]).view(count, heads, size)
            .to(attentionCase.ElementType.ToScalarType()).to(target.Device.ToTorch());
    }
}
