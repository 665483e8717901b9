namespace AttentionGen;

/// <summary>Texts that were made beforehand.</summary>
internal sealed class FixedReasonTexts(string requested, string accepted, string remedy, string? phrase = null) : IReasonTexts
{
    public string Requested(SelectionReason reason) => requested;

    public string Accepted(SelectionReason reason) => accepted;

    public string Remedy(SelectionReason reason) => remedy;

    public string Phrase(SelectionReason reason) => phrase ?? ReasonPhrases.Of(reason.Code, reason.Feature);
}
