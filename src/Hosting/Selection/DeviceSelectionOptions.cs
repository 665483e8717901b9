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
        : ForNew(device);

    // Apart from For, so that only the first call pays for the delegate.
    private SelectionOptions ForNew(AttentionDevice device) => _options.GetOrAdd(device, new Lazy<SelectionOptions>(() => Make(device))).Value;

    private SelectionOptions Make(AttentionDevice device)
    {
        AttentionOptions configured = options.Value;
        SelectionOptions read = OptionsReader.ToSelectionOptions(configured);
        CacheDirectory? directory = string.IsNullOrWhiteSpace(configured.CacheDirectory) ? null : new CacheDirectory(configured.CacheDirectory);
        return new SelectionOptions
        {
            Rules = read.Rules,
            Choices = read.Choices,
            Disabled = read.Disabled,
            Availability = FindAvailability(device, configured, directory),
            Tuning = OptionsReader.TuningOf(configured) == true ? FindTuning(device, directory) : null,
        };
    }

    private AvailabilitySnapshot? FindAvailability(AttentionDevice device, AttentionOptions configured, CacheDirectory? directory)
    {
        AvailabilityState upTo = OptionsReader.AvailabilityOf(configured) ?? AvailabilityState.Declared;
        if (upTo == AvailabilityState.Declared)
            return null;
        AvailabilitySnapshot found = knowledge.FindAvailability(device, new BackendProbeOptions { UpTo = upTo, Directory = directory });
        log.LookedAt(found);
        return found;
    }

    private TuningTable? FindTuning(AttentionDevice device, CacheDirectory? directory)
    {
        TuningReading reading = knowledge.FindTuning(device, directory);
        if (reading.State != TuningFileState.Usable)
            log.NotMeasured(device, reading);
        return reading.Table;
    }
}
