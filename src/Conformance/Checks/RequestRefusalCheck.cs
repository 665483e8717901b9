using System.Collections.Immutable;
using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Execution;
using AttentionGen.Conformance.Judgement;

namespace AttentionGen.Conformance.Checks;

/// <summary>
/// A feature that no option of a layer asks for: the declaration that the instance goes by has a reason against it, and the
/// selector never picks the backend for it.
/// </summary>
/// <param name="feature">The feature.</param>
/// <param name="attentionCase">The rest of what is asked, all of it declared.</param>
internal sealed class RequestRefusalCheck(AttentionFeatures feature, AttentionCase attentionCase) : BatteryCheck(CheckGroups.Refusals, feature.ToString())
{
    public override CaseOutcome Run(BackendUnderTest target, ExpectationCache expectations)
    {
        AttentionRequest request = attentionCase.ToLayerOptions(target.Device).ToRequest() with { Features = feature };
        ImmutableArray<SelectionReason> reasons = target.Backend.Descriptor.ReasonsAgainst(request);
        return reasons.Any(reason => reason.Code == ReasonCode.Feature && reason.Feature == feature)
            ? CaseOutcome.Refused(reasons.Select(static reason => reason.ToString()))
            : CaseOutcome.Failed($"It does not declare {feature}, and has no reason against a request for it.");
    }
}
