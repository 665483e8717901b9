using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Execution;
using AttentionGen.Conformance.Judgement;

namespace AttentionGen.Conformance.Checks;

/// <summary>A configuration that the descriptor has reasons against: making its layer and its cache is refused somewhere.</summary>
internal sealed class RandomRefusalCheck(AttentionCase attentionCase) : BatteryCheck(CheckGroups.Declaration, attentionCase.Describe())
{
    public override CaseOutcome Run(BackendUnderTest target, ExpectationCache expectations)
    {
        try
        {
            using AttentionLayer layer = target.Backend.CreateLayer(attentionCase.ToLayerOptions(target.Device));
            using PagedKeyValueCache cache = target.Backend.CreateCache(attentionCase.ToCacheOptions(target.Device, 2));
        }
        catch (AttentionNotSupportedException refusal)
        {
            return CaseOutcome.Refused(refusal.Reasons.Select(static reason => reason.ToString()));
        }

        return CaseOutcome.Failed("Its declaration has reasons against this, and it made the layer and the cache.");
    }
}
