namespace AttentionGen;

/// <summary>One reason of a <see cref="SelectionReport"/>.</summary>
public sealed record ReportedReason
{
    /// <inheritdoc cref="SelectionReason.Code"/>
    public required ReasonCode Code { get; init; }

    /// <summary>The feature that the reason is about; null where <see cref="Code"/> is another.</summary>
    public AttentionFeatures? Feature { get; init; }

    /// <inheritdoc cref="SelectionReason.Requested"/>
    public required string Requested { get; init; }

    /// <inheritdoc cref="SelectionReason.Accepted"/>
    public required string Accepted { get; init; }

    /// <inheritdoc cref="SelectionReason.Remedy"/>
    public required string Remedy { get; init; }

    /// <inheritdoc cref="SelectionReason.Phrase"/>
    public required string Phrase { get; init; }

    internal static ReportedReason Of(SelectionReason reason) => new()
    {
        Code = reason.Code,
        Feature = reason.Feature == AttentionFeatures.None ? null : reason.Feature,
        Requested = reason.Requested,
        Accepted = reason.Accepted,
        Remedy = reason.Remedy,
        Phrase = reason.Phrase,
    };
}
