namespace AttentionGen.Tests;

/// <summary>Everything that the selector says to a question, as values that can be compared.</summary>
internal sealed record SelectionAnswer
{
    public Selection? Selection { get; private init; }

    public Exception? Error { get; private init; }

    /// <summary>Winner, order, reasons and texts, or the error.</summary>
    public string Text { get; private init; } = "";

    public static SelectionAnswer To(SelectionQuestion question, AttentionBackendRegistry registry)
    {
        try
        {
            Selection selection = AttentionSelector.Select(registry, question.Request, question.Options, question.Environment);
            return new()
            {
                Selection = selection,
                Text = string.Join('\n', [
                    $"{selection.Backend.Name} {selection.Source} {string.Join(",", selection.PrecludedByPageSize)}",
                    selection.Explain(),
                    .. selection.Candidates.Select(static candidate => $"{candidate.Name} {candidate.Rank} {candidate.MeasuredMicroseconds} {Reasons(candidate)}")]),
            };
        }
        catch (BackendSelectionException error)
        {
            return new() { Error = error, Text = $"{error.Message}\n{string.Join('\n', error.Candidates.Select(static candidate => $"{candidate.Name} {Reasons(candidate)}"))}" };
        }
        catch (UnknownBackendException error)
        {
            // The names that it lists are those of the registry, in the registry's order.
            return new() { Error = error, Text = error.RequestedName };
        }
        catch (InvalidAttentionRequestException error)
        {
            return new() { Error = error, Text = error.Message };
        }
    }

    private static string Reasons(CandidateVerdict candidate) =>
        string.Join(" / ", candidate.Reasons.Select(static reason => $"{reason.Code} {reason.Feature} {reason} ({reason.Phrase})"));
}
