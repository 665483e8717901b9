namespace AttentionGen.Hosting;

/// <summary>The registry's own selection with the application's options, logged.</summary>
internal sealed class ConfiguredAttentionSelector(
    AttentionBackendRegistry registry, DeviceSelectionOptions options, SelectionHistory history, SelectionLog log) : IAttentionSelector
{
    public Selection Select(AttentionRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        Selection selection;
        try
        {
            selection = registry.Select(request, options.For(request.Device));
        }
        catch (Exception error) when (error is BackendSelectionException or UnknownBackendException or InvalidAttentionRequestException)
        {
            log.Refused(request, error);
            throw;
        }

        if (history.TryAdd(selection))
            log.Selected(selection);
        return selection;
    }
}
