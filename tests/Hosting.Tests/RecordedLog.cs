using Microsoft.Extensions.Logging;

namespace AttentionGen.Tests;

/// <summary>Keeps what is logged.</summary>
internal sealed class RecordedLog : ILoggerProvider
{
    public List<(string Category, LogLevel Level, int Event, string Text)> Lines { get; } = [];

    public IEnumerable<string> At(LogLevel level) => Lines.Where(line => line.Level == level).Select(static line => line.Text);

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(RecordedLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Lines.Add((category, logLevel, eventId.Id, formatter(state, exception)));
    }
}
