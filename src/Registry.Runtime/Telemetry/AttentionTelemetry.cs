namespace AttentionGen;

/// <summary>
/// The names under which AttentionGen can be observed. Nothing is sent anywhere: an application that wants to know listens, for
/// example by OpenTelemetry's <c>AddMeter</c> and <c>AddSource</c>.
/// </summary>
public static class AttentionTelemetry
{
    /// <summary>The name of the <see cref="System.Diagnostics.Metrics.Meter"/>s.</summary>
    public const string MeterName = "AttentionGen";

    /// <summary>The name of the <see cref="System.Diagnostics.ActivitySource"/>s.</summary>
    public const string ActivitySourceName = "AttentionGen";
}
