using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AttentionGen.Hosting;

/// <summary>What is logged of selections: each thing once, whichever layer, step or thread asks again.</summary>
/// <param name="loggerFactory">Where it goes; null, where the application has no logging: nowhere.</param>
internal sealed partial class SelectionLog(ILoggerFactory? loggerFactory = null)
{
    /// <summary>The category, by which a log is filtered.</summary>
    public const string Category = "AttentionGen.Selection";

    // More different texts than this come of made-up requests.
    private const int Capacity = 1024;

    private readonly ILogger _logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger(Category);
    private readonly ConcurrentDictionary<string, bool> _written = new();

    /// <summary>Logs a selection that was not made before.</summary>
    public void Selected(Selection selection)
    {
        if (!_logger.IsEnabled(LogLevel.Warning))
            return;
        string asked = SelectionSummary.OfRequest(selection.Request);
        string device = $"{selection.Request.Device}";
        string why = SelectionSummary.Why(selection);
        if (IsNew($"{selection.Backend.Name} {asked} {device} {why}"))
        {
            BackendSelected(selection.Backend.Name, asked, device, why);
            if (selection.PrecludedByPageSize is { IsEmpty: false } precluded)
                PageSizePrecludes(selection.Request.PageSize, string.Join(", ", precluded), selection.Backend.Name, asked);
        }

        if (_logger.IsEnabled(LogLevel.Debug))
            SelectionExplained(selection.Request.Layer, asked, selection.Explain());
    }

    /// <summary>Logs a request that was refused, by its message.</summary>
    public void Refused(AttentionRequest request, Exception error)
    {
        if (_logger.IsEnabled(LogLevel.Error) && IsNew(error.Message))
            RequestRefused(error, SelectionSummary.OfRequest(request), $"{request.Device}", error.Message);
    }

    /// <summary>Logs what is wrong with backends on a device.</summary>
    public void LookedAt(AvailabilitySnapshot availability)
    {
        foreach (BackendAvailability backend in availability.Backends)
        {
            if (backend.Problem is { } problem && _logger.IsEnabled(LogLevel.Warning))
                BackendNotUsable(backend.Name, $"{availability.Device}", problem.Phrase, $"{problem}");
        }

        foreach (string note in availability.Notes)
            AvailabilityNoted(note);
    }

    /// <summary>Logs why the order on a device is not by measurements.</summary>
    public void NotMeasured(AttentionDevice device, TuningReading reading)
    {
        if (_logger.IsEnabled(LogLevel.Information))
            NoMeasuredRanking($"{device}", reading.Explanation);
    }

    private bool IsNew(string text)
    {
        if (_written.Count >= Capacity)
            _written.Clear();
        return _written.TryAdd(text, true);
    }

    [LoggerMessage(1, LogLevel.Information, "{Backend} for {Attention} on {Device}: {Why}")]
    private partial void BackendSelected(string backend, string attention, string device, string why);

    [LoggerMessage(2, LogLevel.Debug, "Layer {Layer}, {Attention}: {Explanation}")]
    private partial void SelectionExplained(int? layer, string attention, string explanation);

    [LoggerMessage(3, LogLevel.Warning, "The page size {PageSize} alone keeps {Precluded} from being picked before {Backend} for {Attention}. Choose another page size, or none to let the backend choose.")]
    private partial void PageSizePrecludes(int? pageSize, string precluded, string backend, string attention);

    [LoggerMessage(4, LogLevel.Error, "No backend for {Attention} on {Device}: {Reason}")]
    private partial void RequestRefused(Exception error, string attention, string device, string reason);

    [LoggerMessage(5, LogLevel.Information, "No measured ranking is used on {Device}, the order of the rules holds. {Explanation}")]
    private partial void NoMeasuredRanking(string device, string explanation);

    [LoggerMessage(6, LogLevel.Warning, "{Backend} cannot be used on {Device}: {Phrase}: {Reason}")]
    private partial void BackendNotUsable(string backend, string device, string phrase, string reason);

    [LoggerMessage(7, LogLevel.Information, "While backends were looked at: {Note}")]
    private partial void AvailabilityNoted(string note);
}
