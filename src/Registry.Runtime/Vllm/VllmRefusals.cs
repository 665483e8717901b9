namespace AttentionGen;

/// <summary>Reasons of vLLM's that no comparison of a request with a capability set gives.</summary>
internal static class VllmRefusals
{
    public static SelectionReason Combination(string phrase) => Make(
        ReasonCode.Combination, "things that vLLM has each by itself", "not these together", "use another backend", phrase);

    public static SelectionReason NotImportable(VllmBackend backend) => Make(
        ReasonCode.NotLoadable, $"{backend.Name} where its module cannot be imported", "an installation that has it", "install what it needs", "ImportError");

    /// <summary>A name that vLLM puts aside on a platform with one backend, and logs that it did.</summary>
    public static SelectionReason OtherPlatform(string name, string platform, string only) => Make(
        ReasonCode.NotConsidered, $"{name} on {platform}", only, $"name {only} or none", $"Cannot use {name} backend on {platform}.");

    public static SelectionReason NotImplemented(string what, string platform) => Make(
        ReasonCode.Form, $"{what} on {platform}", "dense multi-head attention", "use a GPU", $"{what} is not supported on {platform}.");

    private static SelectionReason Make(ReasonCode code, string requested, string accepted, string remedy, string phrase) =>
        new(code, AttentionFeatures.None, new FixedReasonTexts(requested, accepted, remedy, phrase));
}
