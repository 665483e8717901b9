namespace AttentionGen.Hosting;

/// <summary>What is known of backends on a device beside what they declare.</summary>
internal interface IDeviceKnowledge
{
    /// <summary>What was found about the backends on a device; null where nobody looks.</summary>
    AvailabilitySnapshot? FindAvailability(AttentionDevice device);
}
