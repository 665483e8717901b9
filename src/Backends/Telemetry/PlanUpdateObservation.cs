using System.Diagnostics;

namespace AttentionGen;

/// <summary>One update of a plan, as those who listen are told of it. Costs nothing where nobody does.</summary>
internal readonly struct PlanUpdateObservation : IDisposable
{
    private readonly Activity? _activity;
    private readonly KeyValuePair<string, object?> _backend;
    private readonly long _start;

    /// <param name="backend">The backend that made the plan; null: a plan within another one, which is not told of.</param>
    public PlanUpdateObservation(BackendDescriptor? backend)
    {
        if (backend is null)
            return;
        _backend = new("attention.backend", backend.Name);
        _activity = AttentionInstruments.Activities.StartActivity("attention.plan.update");
        _start = AttentionInstruments.PlanUpdateDuration.Enabled ? Stopwatch.GetTimestamp() : 0;
    }

    public void Succeeded(AttentionBatch batch)
    {
        if (_start != 0)
            AttentionInstruments.PlanUpdateDuration.Record(Stopwatch.GetElapsedTime(_start).TotalSeconds, _backend);
        if (_backend.Key is not null)
        {
            AttentionInstruments.BatchRequests.Record(batch.RequestCount, _backend);
            AttentionInstruments.BatchTokens.Record(batch.TokenCount, _backend);
        }

        if (_activity is { IsAllDataRequested: true } activity)
        {
            activity.SetTag(_backend.Key!, _backend.Value);
            activity.SetTag("attention.batch.requests", batch.RequestCount);
            activity.SetTag("attention.batch.tokens", batch.TokenCount);
        }
    }

    public void Failed(Exception error)
    {
        string type = error.GetType().FullName!;
        if (_start != 0)
            AttentionInstruments.PlanUpdateDuration.Record(Stopwatch.GetElapsedTime(_start).TotalSeconds, _backend, new("error.type", type));
        if (_activity is null)
            return;
        _activity.SetTag(_backend.Key!, _backend.Value);
        _activity.SetTag("error.type", type);
        _activity.SetStatus(ActivityStatusCode.Error, error.Message);
    }

    public void Dispose() => _activity?.Dispose();
}
