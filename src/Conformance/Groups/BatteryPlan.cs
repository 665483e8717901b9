using System.Collections.Immutable;
using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Checks;
using AttentionGen.Conformance.Execution;

namespace AttentionGen.Conformance.Groups;

/// <summary>Which checks a backend's declaration calls for, and in which order they run.</summary>
internal static class BatteryPlan
{
    /// <summary>The features that a request may ask for and no option of a layer does.</summary>
    public static ImmutableArray<AttentionFeatures> NotAskedOfLayers { get; } =
    [
        AttentionFeatures.BidirectionalSpans, AttentionFeatures.PerHeadScales, AttentionFeatures.PackedLatentCache,
        AttentionFeatures.CacheTransfer, AttentionFeatures.PrefillContextParallelism, AttentionFeatures.DeviceQueryLengths,
    ];

    /// <summary>The checks for one backend, each once, group by group.</summary>
    public static IEnumerable<BatteryCheck> ChecksFor(BackendUnderTest target, ConformanceOptions options)
    {
        IEnumerable<BatteryCheck> checks = target.RunsHere ? Groups(target, options.Thoroughness) : [new DeviceRefusalCheck()];
        return checks
            .DistinctBy(static check => (check.Group, check.Name))
            .Where(check => options.Filter is not { } filter || $"{check.Group}/{check.Name}".Contains(filter, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The checks of all backends, so that a case runs on one after another and its answer is computed once.</summary>
    public static List<(BackendUnderTest Target, BatteryCheck Check)> CaseByCase(List<(BackendUnderTest Target, BatteryCheck Check)> work)
    {
        List<string> groups = [.. work.Select(static item => item.Check.Group).Distinct()];
        return [.. work.GroupBy(static item => (item.Check.Group, item.Check.Name)).OrderBy(same => groups.IndexOf(same.Key.Group)).SelectMany(static same => same)];
    }

    /// <summary>What a backend declares and nothing here checks.</summary>
    public static IEnumerable<string> NotCovered(BackendUnderTest target)
    {
        foreach (AttentionFeatures feature in NotAskedOfLayers)
        {
            if (target.Declares(feature))
                yield return $"{target.Name} declares {feature}, which no option of a layer asks for; it is for its own tests.";
        }

        if (target.Declares(AttentionFeatures.ScoreFunctions))
            yield return $"{target.Name} declares {AttentionFeatures.ScoreFunctions}; functions of the user's are for its own tests.";
        if (target.RunsHere && target.Support.GraphCapture != GraphCaptureLevel.Never)
            yield return $"{target.Name} declares {nameof(BackendSupport.GraphCapture)} {target.Support.GraphCapture}; capturing is for its own tests.";
        if (target.RunsHere && target.Support.Form == AttentionForm.SparseMultiHeadLatent)
            yield return $"{target.Name} is of the form {AttentionForm.SparseMultiHeadLatent}; only its refusals are checked.";
    }

    private static IEnumerable<BatteryCheck> Groups(BackendUnderTest target, ConformanceThoroughness thoroughness)
    {
        DeclaredChoices choices = new(target, thoroughness);
        if (target.Support.Form == AttentionForm.SparseMultiHeadLatent)
            return RefusalGroup.Of(choices, target);

        IEnumerable<BatteryCheck> decoder = (target.Support.Types & AttentionTypes.Decoder) == 0
            ? []
            :
            [
                .. BatchGroup.Of(choices), .. HeadGroups.OfHeads(choices), .. HeadGroups.OfHeadSizes(choices), .. PageGroup.Of(choices),
                .. MaskGroup.Of(choices), .. ScoreGroup.Of(choices), .. LogSumExpGroup.Of(choices), .. CacheTypeGroup.Of(choices),
                .. TreeGroup.Of(choices), .. CascadeGroup.Of(choices), .. OperandGroup.Of(choices), .. PairGroup.Of(choices), .. InvarianceGroup.Of(choices),
            ];
        return decoder
            .Concat(EncoderGroup.OfEncoders(choices))
            .Concat(EncoderGroup.OfCrossAttention(choices))
            .Concat(RefusalGroup.Of(choices, target))
            .Concat(DeclarationGroup.Of(choices));
    }
}
