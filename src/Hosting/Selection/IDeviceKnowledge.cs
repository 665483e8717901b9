namespace AttentionGen.Hosting;

/// <summary>What is known of backends on a device beside what they declare.</summary>
internal interface IDeviceKnowledge
{
    /// <summary>What can be used on a device.</summary>
    /// <param name="device">The device.</param>
    /// <param name="options">How far to look, and where findings are kept.</param>
    AvailabilitySnapshot FindAvailability(AttentionDevice device, BackendProbeOptions options);

    /// <summary>The ranking that was measured on a device, or why there is none that can be used.</summary>
    /// <param name="device">The device.</param>
    /// <param name="directory">Where rankings are kept; null: in the user's folder.</param>
    TuningReading FindTuning(AttentionDevice device, CacheDirectory? directory);
}
