using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace AttentionGen.Tests.Telemetry;

/// <summary>Keeps what the thread that made it measures and traces.</summary>
internal sealed class StepListener : IDisposable
{
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly MeterListener _meters = new();
    private readonly ActivityListener _spans;

    public StepListener()
    {
        _meters.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == AttentionTelemetry.MeterName)
                listener.EnableMeasurementEvents(instrument);
        };
        _meters.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, $"{value}", tags));
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value is > 0 and < 60 ? "time" : $"{value}", tags));
        _meters.Start();
        _spans = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == AttentionTelemetry.ActivitySourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (Environment.CurrentManagedThreadId == _thread)
                    Activities.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(_spans);
    }

    public List<string> Measurements { get; } = [];

    public List<Activity> Activities { get; } = [];

    public void Dispose()
    {
        _meters.Dispose();
        _spans.Dispose();
    }

    private void Add(Instrument instrument, string value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (Environment.CurrentManagedThreadId == _thread)
            Measurements.Add(string.Join(' ', [instrument.Name, instrument.Unit!, value, .. tags.ToArray().Select(static tag => $"{tag.Key}={tag.Value}")]));
    }
}
