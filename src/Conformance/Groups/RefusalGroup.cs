using System.Globalization;
using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Checks;
using AttentionGen.Conformance.Execution;

namespace AttentionGen.Conformance.Groups;

/// <summary>Everything that a backend does not declare, one thing at a time.</summary>
internal static class RefusalGroup
{
    private static readonly int[] s_headSizes = [1, 7, 8, 16, 24, 32, 40, 48, 64, 80, 96, 100, 112, 128, 160, 192, 256, 320, 512, 576, 1024];
    private static readonly int[] s_headCounts = [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 40, 64, 128, 129, 256];
    private static readonly int[] s_groupSizes = [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 32, 64, 128];
    private static readonly int[] s_pageSizes = [1, 3, 8, 16, 24, 32, 64, 128, 256];

    public static IEnumerable<BatteryCheck> Of(DeclaredChoices choices, BackendUnderTest target)
    {
        AttentionCase plain = choices.Small.With(NamedBatches.Of("any", [1], [1])) with { Type = FirstOf(target.Support.Types) };
        return Features(plain, target)
            .Concat(ElementTypes(plain, target))
            .Concat(Requests(plain, target))
            .Concat(GraphLevels(plain, target))
            .Concat(Heads(plain, target))
            .Concat(Sizes(plain, choices))
            .Concat(Roles(plain, target));
    }

    private static IEnumerable<BatteryCheck> Features(AttentionCase plain, BackendUnderTest target)
    {
        IEnumerable<(AttentionFeatures Feature, AttentionCase Case)> asked =
        [
            (AttentionFeatures.SlidingWindow, plain with { SlidingWindow = 8 }),
            (AttentionFeatures.SoftCap, plain with { SoftCap = 5 }),
            (AttentionFeatures.Alibi, plain with { Alibi = true }),
            (AttentionFeatures.Sinks, plain with { Sinks = SinkKind.Ordinary }),
            (AttentionFeatures.LogSumExp, plain with { LogSumExp = true }),
            (AttentionFeatures.NonCausal, plain with { Causal = false }),
            (AttentionFeatures.TreeMask, plain with { Requests = [NamedTrees.After(3, NamedTrees.Chain)] }),
            (AttentionFeatures.ValueHeadSize, plain with { ValueHeadSize = plain.HeadSize > 1 ? plain.HeadSize / 2 : 2 }),
            (AttentionFeatures.Cascade, plain with { Cascade = true }),
            (AttentionFeatures.BatchInvariance, plain with { BatchInvariance = true }),
        ];
        foreach ((AttentionFeatures feature, AttentionCase attentionCase) in asked)
        {
            if (!target.Declares(feature) && HasMeaning(attentionCase, target) && AsksFor(attentionCase, target, feature))
                yield return new RefusalCheck(feature.ToString(), attentionCase, feature == AttentionFeatures.ValueHeadSize ? RefusalPlace.Both : RefusalPlace.Layer, ReasonCode.Feature);
        }
    }

    private static IEnumerable<BatteryCheck> Requests(AttentionCase plain, BackendUnderTest target)
    {
        foreach (AttentionFeatures feature in BatteryPlan.NotAskedOfLayers)
        {
            bool hasMeaning = feature != AttentionFeatures.PackedLatentCache || plain.Form != AttentionForm.MultiHead;
            if (hasMeaning && !target.Declares(feature))
                yield return new RequestRefusalCheck(feature, plain);
        }
    }

    private static IEnumerable<BatteryCheck> GraphLevels(AttentionCase plain, BackendUnderTest target)
    {
        for (GraphCaptureLevel level = target.Support.GraphCapture + 1; level <= GraphCaptureLevel.Always; level++)
            yield return new RefusalCheck($"graph capture level {level}", plain with { GraphCapture = level }, RefusalPlace.Layer, ReasonCode.GraphCapture);
    }

    private static IEnumerable<BatteryCheck> Heads(AttentionCase plain, BackendUnderTest target)
    {
        BackendSupport support = target.Support;
        const RefusalPlace LayerAndPlan = RefusalPlace.Layer | RefusalPlace.Plan;
        foreach (int count in support.MaxQueryHeads == int.MaxValue ? s_headCounts : [.. s_headCounts, support.MaxQueryHeads + 1])
        {
            if (count > support.MaxQueryHeads || !(support.QueryHeads.IsEmpty || support.QueryHeads.Contains(count)))
                yield return new RefusalCheck(string.Create(CultureInfo.InvariantCulture, $"{count} query heads"), plain.WithHeads(count, 1), LayerAndPlan, ReasonCode.QueryHeads);
        }

        foreach (int size in s_groupSizes)
        {
            if (!support.GroupSizes.IsEmpty && !support.GroupSizes.Contains(size))
                yield return new RefusalCheck(string.Create(CultureInfo.InvariantCulture, $"groups of {size}"), plain.WithHeads(QueryHeadsFor(size, support), QueryHeadsFor(size, support) / size), LayerAndPlan, ReasonCode.GroupSize);
        }
    }

    // A declared number of query heads where some are shared by groups of the size, so that the group alone is refused.
    private static int QueryHeadsFor(int groupSize, BackendSupport support)
    {
        int declared = support.Form == AttentionForm.MultiHead ? support.QueryHeads.FirstOrDefault(count => count % groupSize == 0) : groupSize;
        return declared == 0 ? groupSize : declared;
    }

    private static IEnumerable<BatteryCheck> ElementTypes(AttentionCase plain, BackendUnderTest target)
    {
        foreach (ElementType type in Enum.GetValues<ElementType>())
        {
            if (!DeclaredChoices.Contains(target.Support.ElementTypes, type))
                yield return new RefusalCheck($"element type {type}", plain with { ElementType = type }, RefusalPlace.Layer, ReasonCode.ElementType);
            if (type == plain.ElementType || DeclaredChoices.Contains(target.Support.CacheElementTypes, type))
                continue;
            bool isQueryType = DeclaredChoices.Contains(target.Support.ElementTypes, type);
            yield return new RefusalCheck(
                $"cache element type {type}", plain with { CacheElementType = type }, isQueryType ? RefusalPlace.Layer : RefusalPlace.Both, ReasonCode.CacheElementType);
        }
    }

    private static IEnumerable<BatteryCheck> Sizes(AttentionCase plain, DeclaredChoices choices)
    {
        foreach (int size in s_headSizes)
        {
            AttentionCase attentionCase = plain.WithHeadSize(size);
            if (!choices.Accepts(attentionCase))
                yield return new RefusalCheck(string.Create(CultureInfo.InvariantCulture, $"head size {size}"), attentionCase, RefusalPlace.Both, ReasonCode.HeadSize);
        }

        foreach (int size in s_pageSizes)
        {
            AttentionCase attentionCase = plain with { PageSize = size };
            if (!choices.Accepts(attentionCase))
                yield return new RefusalCheck(string.Create(CultureInfo.InvariantCulture, $"page size {size}"), attentionCase, RefusalPlace.Cache, ReasonCode.PageSize);
        }
    }

    private static IEnumerable<BatteryCheck> Roles(AttentionCase plain, BackendUnderTest target)
    {
        foreach (AttentionTypes type in (AttentionTypes[])[AttentionTypes.Decoder, AttentionTypes.Encoder, AttentionTypes.EncoderOnly, AttentionTypes.CrossAttention])
        {
            if ((target.Support.Types & type) == 0)
                yield return new RefusalCheck($"attention type {type}", plain with { Type = type }, RefusalPlace.Layer, ReasonCode.AttentionType);
        }

        foreach (AttentionForm form in Enum.GetValues<AttentionForm>())
        {
            if (form != target.Support.Form)
                yield return new RefusalCheck($"{form}", plain.WithHeads(plain.QueryHeads, 1) with { Form = form }, RefusalPlace.Layer, ReasonCode.Form);
        }
    }

    private static AttentionTypes FirstOf(AttentionTypes types) =>
        (types & AttentionTypes.Decoder) != 0 ? AttentionTypes.Decoder : types & (AttentionTypes)(-(int)types);

    private static bool HasMeaning(AttentionCase attentionCase, BackendUnderTest target)
    {
        try
        {
            attentionCase.ToLayerOptions(target.Device).ToRequest().Validate();
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool AsksFor(AttentionCase attentionCase, BackendUnderTest target, AttentionFeatures feature) =>
        feature == AttentionFeatures.ValueHeadSize || (attentionCase.ToLayerOptions(target.Device).ToRequest().Features & feature) != 0;
}
