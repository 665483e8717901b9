using System.Globalization;
using System.Text;

namespace AttentionGen.Hosting;

/// <summary>A request and a selection in one line each.</summary>
internal static class SelectionSummary
{
    /// <summary>What is asked for, but for the device and the layer: layers that differ in nothing else share a line.</summary>
    public static string OfRequest(AttentionRequest request)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{request.LayerKind}, {request.ElementType}, {request.QueryHeads} query and {request.KeyValueHeads} KV heads of {request.HeadSize}");
        if (request.CacheElementType is { } cache && cache != request.ElementType)
            text.Append(CultureInfo.InvariantCulture, $", {cache} cache");
        if (request.PageSize is int page)
            text.Append(CultureInfo.InvariantCulture, $", pages of {page}");
        if (request.Features != AttentionFeatures.None)
            text.Append(CultureInfo.InvariantCulture, $", {request.Features}");
        if (request.Phase != AttentionPhase.Any)
            text.Append(CultureInfo.InvariantCulture, $", {request.Phase}");
        return text.ToString();
    }

    /// <summary>Why the winner was picked, and why the candidates before it were not.</summary>
    public static string Why(Selection selection)
    {
        if (selection.Source != BackendChoiceSource.Automatic)
        {
            return selection.Source switch
            {
                BackendChoiceSource.Request => "named by the request",
                BackendChoiceSource.Configuration => "named by the configuration",
                _ => $"named by {BackendChoice.EnvironmentVariable}",
            };
        }

        bool isMeasured = selection.Candidates.Any(candidate => candidate.Name == selection.Backend.Name && candidate.MeasuredMicroseconds is not null);
        StringBuilder text = new(isMeasured ? "fastest as measured" : "best-ranked");
        foreach (CandidateVerdict candidate in selection.Candidates.TakeWhile(candidate => candidate.Name != selection.Backend.Name))
        {
            string reasons = candidate.IsSupported ? "only by name" : string.Join(", ", candidate.Reasons.Select(static reason => reason.Phrase));
            text.Append(CultureInfo.InvariantCulture, $"; not {candidate.Name}: {reasons}");
        }

        return text.ToString();
    }
}
