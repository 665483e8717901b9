namespace AttentionGen;

/// <summary>Makes the texts of the reasons against one candidate.</summary>
internal interface IReasonTexts
{
    string Requested(SelectionReason reason);

    string Accepted(SelectionReason reason);

    string Remedy(SelectionReason reason);

    string Phrase(SelectionReason reason);
}
