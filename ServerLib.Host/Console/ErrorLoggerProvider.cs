using Microsoft.Extensions.Logging;
using ServerLib.Administration;

namespace ServerLib.Cli;

/// <summary>Prints log entries on standard error, one line for each.</summary>
/// <param name="console">The console.</param>
internal sealed class ErrorLoggerProvider(HostConsole console) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new ErrorLogger(console);

    public void Dispose()
    {
        // The console belongs to the program.
    }

    private sealed class ErrorLogger(HostConsole console) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            string text = TextSanitizer.Escape(formatter(state, exception));
            if (exception is not null)
                text += $" {PlainCause.Below(exception).GetType().Name}: {PlainCause.Of(exception)}";
            console.PrintError($"{Name(logLevel)}: {text}", logLevel);
        }

        private static string Name(LogLevel level) => level switch
        {
            LogLevel.Critical or LogLevel.Error => "error",
            LogLevel.Warning => "warning",
            LogLevel.Information => "info",
            _ => "debug",
        };
    }
}
