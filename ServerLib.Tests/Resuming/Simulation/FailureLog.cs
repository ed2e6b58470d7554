using Microsoft.Extensions.Logging;

namespace ServerLib.Tests.Resuming;

/// <summary>Fails the simulation with the first exception that the server logs.</summary>
/// <param name="failure">Fails with it.</param>
internal sealed class FailureLog(TaskCompletionSource failure) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (exception is not null)
            failure.TrySetException(new AssertFailedException($"{formatter(state, exception)}: {exception}", exception));
    }

    public void Dispose()
    {
        // Nothing to dispose.
    }
}
