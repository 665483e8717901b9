namespace AttentionGen.Tests.Vllm.Tables;

/// <summary>The verdicts of rules whether or not a candidate can serve.</summary>
internal static class RulesJudgement
{
    public static IEnumerable<CandidateVerdict> Judge(this SelectionRules rules, string device, string words, AttentionBackendRegistry registry)
    {
        try
        {
            return AttentionSelector.Select(registry, Asked.For(device, words), new SelectionOptions { Rules = rules }).Candidates;
        }
        catch (BackendSelectionException exception)
        {
            return exception.Candidates;
        }
    }
}
