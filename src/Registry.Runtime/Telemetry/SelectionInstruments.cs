using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace AttentionGen;

/// <summary>What can be observed of selections.</summary>
internal static class SelectionInstruments
{
    private static readonly Meter s_meter = new(AttentionTelemetry.MeterName);

    public static Counter<long> Selections { get; } = s_meter.CreateCounter<long>(
        "attention.selections", "{selection}", "Backends selected, those answered from memory too.");

    public static Counter<long> Refusals { get; } = s_meter.CreateCounter<long>(
        "attention.selection.refusals", "{refusal}", "Requests that no backend was selected for.");

    public static Histogram<double> Duration { get; } = s_meter.CreateHistogram<double>(
        "attention.selection.duration", "s", "How long it took to select a backend that was not answered from memory.", tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 1e-2] });

    public static ActivitySource Activities { get; } = new(AttentionTelemetry.ActivitySourceName);
}
