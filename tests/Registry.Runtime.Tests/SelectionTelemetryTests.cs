using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace AttentionGen.Tests;

/// <summary>What a listener is told of selections. Tests of other classes select at the same time, on other threads.</summary>
[Collection(EnvironmentUse.Name)]
public sealed class SelectionTelemetryTests : IDisposable
{
    private static readonly AttentionRequest s_request = Descriptors.CpuRequest;

    private readonly StubRegistry _registry = new(Descriptors.Make("TORCH_SDPA", Descriptors.Cpu with { HeadSizes = [64] }));
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly List<string> _measurements = [];
    private readonly List<Activity> _activities = [];
    private readonly MeterListener _meters = new();
    private readonly ActivityListener _spans;

    public SelectionTelemetryTests()
    {
        _meters.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == AttentionTelemetry.MeterName)
                listener.EnableMeasurementEvents(instrument);
        };
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, $"{value}", tags));
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value is > 0 and < 60 ? "time" : $"{value}", tags));
        _meters.Start();
        _spans = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == AttentionTelemetry.ActivitySourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (Environment.CurrentManagedThreadId == _thread)
                    _activities.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(_spans);
    }

    public void Dispose()
    {
        _meters.Dispose();
        _spans.Dispose();
    }

    [Fact]
    public void A_selection_is_counted_each_time_and_timed_once()
    {
        _registry.Select(s_request);
        _registry.Select(s_request);
        _registry.Select(s_request with { Backend = "torch_sdpa" });

        const string Automatic = "attention.backend=TORCH_SDPA attention.selection.source=Automatic attention.selection.rules=default";
        const string Named = "attention.backend=TORCH_SDPA attention.selection.source=Request attention.selection.rules=default";
        Assert.Equal(
            [
                $"attention.selections 1 {Automatic} attention.selection.cached=False",
                $"attention.selection.duration time {Automatic}",
                $"attention.selections 1 {Automatic} attention.selection.cached=True",
                $"attention.selections 1 {Named} attention.selection.cached=False",
                $"attention.selection.duration time {Named}",
            ],
            _measurements);
        Assert.Equal(["attention.select", "attention.select"], _activities.Select(static activity => activity.OperationName));
        Assert.Equal("TORCH_SDPA", _activities[0].GetTagItem("attention.backend"));
        Assert.Equal("cpu", _activities[0].GetTagItem("attention.device"));
        Assert.Equal(ActivityStatusCode.Unset, _activities[0].Status);
    }

    [Fact]
    public void A_refusal_is_counted_by_its_first_reason()
    {
        ScopedBackendChoice undecided = new() { Backend = "TORCH_SDPA", Phase = AttentionPhase.Decode };
        Refuse<BackendSelectionException>(s_request with { Backend = "TORCH_SDPA", ElementType = ElementType.Boolean, HeadSize = 1 });
        Refuse<BackendSelectionException>(s_request with { Device = new AttentionDevice(DeviceKind.Tpu) });
        Refuse<BackendSelectionException>(s_request, new SelectionOptions { Choices = [undecided] });
        Refuse<UnknownBackendException>(s_request with { Backend = "NO_ATTN" });
        Refuse<InvalidAttentionRequestException>(s_request with { HeadSize = 0 });

        string[] reasons = ["ElementType", "Device", "Configuration", "UnknownBackend", "InvalidRequest"];
        Assert.Equal(reasons.Select(static reason => $"attention.selection.refusals 1 attention.refusal.reason={reason}"), _measurements);
        Assert.Equal(reasons, _activities.Select(static activity => activity.GetTagItem("error.type")));
        Assert.All(_activities, static activity => Assert.Equal(ActivityStatusCode.Error, activity.Status));
    }

    private void Refuse<TException>(AttentionRequest request, SelectionOptions? options = null)
        where TException : Exception =>
        Assert.Throws<TException>(() => _registry.Select(request, options));

    private void Add(Instrument instrument, string value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (Environment.CurrentManagedThreadId == _thread)
            _measurements.Add(string.Join(' ', [instrument.Name, value, .. tags.ToArray().Select(static tag => $"{tag.Key}={tag.Value}")]));
    }
}
