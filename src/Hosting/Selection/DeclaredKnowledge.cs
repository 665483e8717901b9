namespace AttentionGen.Hosting;

/// <summary>Takes all that is declared for true.</summary>
internal sealed class DeclaredKnowledge : IDeviceKnowledge
{
    public AvailabilitySnapshot? FindAvailability(AttentionDevice device) => null;
}
