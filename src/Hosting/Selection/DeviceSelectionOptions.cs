using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace AttentionGen.Hosting;

/// <summary>
/// What selections depend on, for each device: the application's options, and what is known of the backends there. One object
/// for a device, because the registry keeps selections by it.
/// </summary>
internal sealed class DeviceSelectionOptions(IOptions<AttentionOptions> options, IDeviceKnowledge knowledge, SelectionLog log)
{
    // Lazy, so that two threads that ask for one device at once do not both look at it.
    private readonly ConcurrentDictionary<AttentionDevice, Lazy<SelectionOptions>> _options = new();

    /// <exception cref="OptionsValidationException">The application's options are wrong.</exception>
    public SelectionOptions For(AttentionDevice device) => _options.TryGetValue(device, out Lazy<SelectionOptions>? made)
        ? made.Value
        : _options.GetOrAdd(device, new Lazy<SelectionOptions>(() => Make(device))).Value;

    private SelectionOptions Make(AttentionDevice device)
    {
        SelectionOptions configured = OptionsReader.ToSelectionOptions(options.Value);
        AvailabilitySnapshot? availability = knowledge.FindAvailability(device);
        if (availability is not null)
            log.LookedAt(availability);
        return new SelectionOptions
        {
            Rules = configured.Rules,
            Choices = configured.Choices,
            Disabled = configured.Disabled,
            Availability = availability,
        };
    }
}
