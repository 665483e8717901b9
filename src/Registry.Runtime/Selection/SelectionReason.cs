namespace AttentionGen;

/// <summary>One reason why a backend cannot serve a request.</summary>
/// <param name="Code">What the reason is about.</param>
/// <param name="Requested">What was asked for.</param>
/// <param name="Accepted">What the backend accepts instead.</param>
/// <param name="Remedy">What the user can do.</param>
public readonly record struct SelectionReason(ReasonCode Code, string Requested, string Accepted, string Remedy)
{
    /// <summary>The reason in one sentence.</summary>
    public override string ToString() => $"asked for {Requested}, accepts {Accepted}; {Remedy}";
}
