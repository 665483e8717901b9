using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Execution;
using AttentionGen.Conformance.Judgement;

namespace AttentionGen.Conformance.Checks;

/// <summary>A device that a backend does not run on: making a layer there is refused, whatever the rest.</summary>
internal sealed class DeviceRefusalCheck() : BatteryCheck(CheckGroups.Refusals, "this device")
{
    private static readonly AttentionCase s_any = new() { Batch = "any", Requests = [RequestShape.Decoder(1, 1)] };

    public override CaseOutcome Run(BackendUnderTest target, ExpectationCache expectations)
    {
        try
        {
            using AttentionLayer layer = target.Backend.CreateLayer(s_any.ToLayerOptions(target.Device));
        }
        catch (AttentionNotSupportedException refusal)
        {
            return CaseOutcome.Refused(refusal.Reasons.Select(static reason => reason.ToString()));
        }

        return CaseOutcome.Failed($"It does not declare {target.Device}, and made a layer for it.");
    }
}
