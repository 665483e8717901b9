using System.Collections.Immutable;
using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Execution;
using AttentionGen.Conformance.Judgement;

namespace AttentionGen.Conformance.Checks;

/// <summary>What a backend does not declare: making the layer, the cache or the plan for it is refused with a typed reason.</summary>
/// <param name="name">What is asked.</param>
/// <param name="attentionCase">It, as a case.</param>
/// <param name="place">Where it must be refused.</param>
/// <param name="expected">The reason.</param>
internal sealed class RefusalCheck(string name, AttentionCase attentionCase, RefusalPlace place, ReasonCode expected) : BatteryCheck(CheckGroups.Refusals, name)
{
    public override CaseOutcome Run(BackendUnderTest target, ExpectationCache expectations)
    {
        List<string> words = [];
        foreach (RefusalPlace one in (ReadOnlySpan<RefusalPlace>)[RefusalPlace.Layer, RefusalPlace.Cache, RefusalPlace.Plan])
        {
            if ((place & one) == 0)
                continue;
            try
            {
                using IDisposable made = Make(one, target);
                return CaseOutcome.Failed($"It does not declare {Name}, and made a {one.ToString().ToLowerInvariant()} for it without a word.");
            }
            catch (AttentionNotSupportedException refusal)
            {
                ImmutableArray<SelectionReason> reasons = refusal.Reasons;
                if (!reasons.Any(reason => reason.Code == expected))
                    return CaseOutcome.Failed($"It refused a {one.ToString().ToLowerInvariant()} without a reason of code {expected}: {refusal.Message}");
                words.AddRange(reasons.Select(static reason => reason.ToString()));
            }
            catch (Exception other)
            {
                return CaseOutcome.Failed($"It refused a {one.ToString().ToLowerInvariant()} by {other.GetType().Name}, not by {nameof(AttentionNotSupportedException)}: {other.Message}");
            }
        }

        return CaseOutcome.Refused(words.Distinct());
    }

    private IDisposable Make(RefusalPlace one, BackendUnderTest target)
    {
        KeyValueCacheOptions cacheOptions = attentionCase.ToCacheOptions(target.Device, 2);
        return one switch
        {
            RefusalPlace.Layer => target.Backend.CreateLayer(attentionCase.ToLayerOptions(target.Device)),
            RefusalPlace.Cache => target.Backend.CreateCache(cacheOptions),
            _ => target.Backend.CreatePlan(new AttentionPlanOptions { Cache = cacheOptions, QueryHeads = attentionCase.QueryHeads }),
        };
    }
}
