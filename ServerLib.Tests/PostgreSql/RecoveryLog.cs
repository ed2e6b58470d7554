using Microsoft.Extensions.Logging;
using ServerLib.PostgreSql;

namespace ServerLib.Tests.PostgreSql;

/// <summary>Waits for the log to say that the database failed, or works again.</summary>
internal sealed class RecoveryLog : ILogger<PostgreSqlUserDatabase>
{
    private const int Failed = 1;
    private const int Recovered = 2;

    public SemaphoreSlim Failures { get; } = new(0);

    public SemaphoreSlim Recoveries { get; } = new(0);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id == Failed)
            Failures.Release();
        else if (eventId.Id == Recovered)
            Recoveries.Release();
    }
}
