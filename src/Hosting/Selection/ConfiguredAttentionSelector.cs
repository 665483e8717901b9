using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AttentionGen.Hosting;

/// <summary>The registry's own selection with the application's options, logged.</summary>
internal sealed class ConfiguredAttentionSelector(
    AttentionBackendRegistry registry, IOptions<AttentionOptions> options, SelectionHistory history, ILoggerFactory? loggerFactory = null)
    : IAttentionSelector
{
    private readonly SelectionLog _log = new((loggerFactory ?? NullLoggerFactory.Instance).CreateLogger(SelectionLog.Category));

    // One object for all requests, because the registry keeps selections by it. Made when first asked, so that wrong options
    // are an error of the question or of the start, and never of building the services.
    private readonly Lazy<SelectionOptions> _options = new(() => OptionsReader.ToSelectionOptions(options.Value));

    public Selection Select(AttentionRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        Selection selection;
        try
        {
            selection = registry.Select(request, _options.Value);
        }
        catch (Exception error) when (error is BackendSelectionException or UnknownBackendException or InvalidAttentionRequestException)
        {
            _log.Refused(request, error);
            throw;
        }

        if (history.TryAdd(selection))
            _log.Selected(selection);
        return selection;
    }
}
