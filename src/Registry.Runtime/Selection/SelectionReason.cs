namespace AttentionGen;

/// <summary>One reason why a backend cannot serve a request.</summary>
/// <remarks>Texts are made when they are read: the selector weighs every candidate and few of its reasons are printed.</remarks>
public sealed class SelectionReason : IEquatable<SelectionReason>
{
    private readonly IReasonTexts _texts;

    /// <summary>Makes a reason of given texts.</summary>
    /// <param name="code">What the reason is about.</param>
    /// <param name="requested">What was asked for.</param>
    /// <param name="accepted">What the backend accepts instead.</param>
    /// <param name="remedy">What the user can do.</param>
    public SelectionReason(ReasonCode code, string requested, string accepted, string remedy)
        : this(code, AttentionFeatures.None, new FixedReasonTexts(requested, accepted, remedy))
    {
    }

    internal SelectionReason(ReasonCode code, AttentionFeatures feature, IReasonTexts texts)
    {
        Code = code;
        Feature = feature;
        _texts = texts;
    }

    /// <summary>What the reason is about.</summary>
    public ReasonCode Code { get; }

    /// <summary>The one feature that the reason is about; none where <see cref="Code"/> is another.</summary>
    public AttentionFeatures Feature { get; }

    /// <summary>What was asked for.</summary>
    public string Requested => _texts.Requested(this);

    /// <summary>What the backend accepts instead.</summary>
    public string Accepted => _texts.Accepted(this);

    /// <summary>What the user can do.</summary>
    public string Remedy => _texts.Remedy(this);

    /// <summary>
    /// The reason in few words: vLLM's own where vLLM has it, for example <c>head_size not supported</c>, and words of the same
    /// form where it has not.
    /// </summary>
    public string Phrase => _texts.Phrase(this);

    /// <summary>The reason in one sentence.</summary>
    public override string ToString() => $"asked for {Requested}, accepts {Accepted}; {Remedy}";

    /// <summary>Whether two reasons say the same.</summary>
    /// <param name="other">The other reason.</param>
    public bool Equals(SelectionReason? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Code == other.Code && Feature == other.Feature && Requested == other.Requested
            && Accepted == other.Accepted && Remedy == other.Remedy && Phrase == other.Phrase);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SelectionReason);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Code, Feature, Requested, Accepted);
}
