using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace AttentionGen;

/// <summary>What can be observed of plans and forward passes.</summary>
internal static class AttentionInstruments
{
    private static readonly Meter s_meter = new(AttentionTelemetry.MeterName);

    private static readonly InstrumentAdvice<double> s_durations = new()
    {
        HistogramBucketBoundaries = [1e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 1, 10],
    };

    private static readonly InstrumentAdvice<int> s_counts = new()
    {
        HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768],
    };

    public static Histogram<double> PlanUpdateDuration { get; } = s_meter.CreateHistogram(
        "attention.plan.update.duration", "s", "How long it took to schedule the batch of a step.", tags: null, s_durations);

    public static Histogram<double> ForwardDuration { get; } = s_meter.CreateHistogram(
        "attention.forward.duration", "s", "How long the host was busy with the forward pass of a layer. A GPU may take longer.", tags: null, s_durations);

    public static Histogram<int> BatchRequests { get; } = s_meter.CreateHistogram(
        "attention.batch.requests", "{request}", "The requests of a step.", tags: null, s_counts);

    public static Histogram<int> BatchTokens { get; } = s_meter.CreateHistogram(
        "attention.batch.tokens", "{token}", "The query rows of a step.", tags: null, s_counts);

    public static ActivitySource Activities { get; } = new(AttentionTelemetry.ActivitySourceName);
}
