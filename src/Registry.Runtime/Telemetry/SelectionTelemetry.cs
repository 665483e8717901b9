using System.Diagnostics;

namespace AttentionGen;

/// <summary>Selects, and tells those who listen.</summary>
internal static class SelectionTelemetry
{
    private static readonly object s_true = true, s_false = false;

    /// <summary>Tells of a selection that was answered from memory.</summary>
    public static void Found(Selection selection)
    {
        if (SelectionInstruments.Selections.Enabled)
            Count(selection, s_true);
    }

    /// <summary><see cref="AttentionSelector.Select"/>, observed.</summary>
    public static Selection Select(
        AttentionBackendRegistry registry, AttentionRequest request, SelectionOptions options, BackendChoice? environment)
    {
        using Activity? activity = SelectionInstruments.Activities.StartActivity("attention.select");
        long start = Stopwatch.GetTimestamp();
        try
        {
            Selection selection = AttentionSelector.Select(registry, request, options, environment);
            Tell(activity, selection, Stopwatch.GetElapsedTime(start));
            return selection;
        }
        catch (Exception error) when (error is BackendSelectionException or UnknownBackendException or InvalidAttentionRequestException)
        {
            Tell(activity, error, registry);
            throw;
        }
    }

    private static void Tell(Activity? activity, Selection selection, TimeSpan duration)
    {
        if (SelectionInstruments.Selections.Enabled)
            Count(selection, s_false);
        if (SelectionInstruments.Duration.Enabled)
        {
            SelectionInstruments.Duration.Record(
                duration.TotalSeconds, new("attention.backend", selection.Backend.Name), new("attention.selection.source", NameOf(selection.Source)),
                new("attention.selection.rules", selection.Options.Rules.Name));
        }

        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("attention.backend", selection.Backend.Name);
            activity.SetTag("attention.selection.source", NameOf(selection.Source));
            activity.SetTag("attention.selection.rules", selection.Options.Rules.Name);
            activity.SetTag("attention.device", $"{selection.Request.Device}");
        }
    }

    private static void Tell(Activity? activity, Exception error, AttentionBackendRegistry registry)
    {
        string reason = ReasonOf(error, registry);
        SelectionInstruments.Refusals.Add(1, new KeyValuePair<string, object?>("attention.refusal.reason", reason));
        activity?.SetTag("error.type", reason);
        activity?.SetStatus(ActivityStatusCode.Error, error.Message);
    }

    private static void Count(Selection selection, object fromMemory)
    {
        TagList tags = default;
        tags.Add("attention.backend", selection.Backend.Name);
        tags.Add("attention.selection.source", NameOf(selection.Source));
        tags.Add("attention.selection.rules", selection.Options.Rules.Name);
        tags.Add("attention.selection.cached", fromMemory);
        SelectionInstruments.Selections.Add(1, in tags);
    }

    private static string NameOf(BackendChoiceSource source) => source switch
    {
        BackendChoiceSource.Request => nameof(BackendChoiceSource.Request),
        BackendChoiceSource.Configuration => nameof(BackendChoiceSource.Configuration),
        BackendChoiceSource.Environment => nameof(BackendChoiceSource.Environment),
        _ => nameof(BackendChoiceSource.Automatic),
    };

    private static string ReasonOf(Exception error, AttentionBackendRegistry registry) => error switch
    {
        BackendSelectionException { Cause: { } code } => $"{code}",
        BackendSelectionException { Candidates.IsEmpty: false } => nameof(ReasonCode.NotConsidered),
        BackendSelectionException => registry.Backends.IsEmpty ? nameof(ReasonCode.NotServed) : "Configuration",
        UnknownBackendException => "UnknownBackend",
        _ => "InvalidRequest",
    };
}
