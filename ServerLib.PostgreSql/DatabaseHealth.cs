using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ServerLib.PostgreSql;

/// <summary>Whether the database works, as far as the last calls tell. Reports failures and recoveries, each once. Thread-safe.</summary>
/// <param name="logger">The log.</param>
/// <param name="problems">Gets a problem while the database does not work.</param>
internal sealed class DatabaseHealth(ILogger logger, ServerProblems? problems)
{
    // The name under which the health checks know the user database.
    private const string Problem = "accounts";

    private readonly Lock _lock = new();
    private bool _isFailing;
    private volatile bool _isUnreachable;

    /// <summary>Is called when the database became unreachable.</summary>
    public Action? BecameUnreachable { get; set; }

    public bool IsHealthy
    {
        get
        {
            lock (_lock)
                return !_isFailing;
        }
    }

    /// <summary>Whether calls fail until an attempt to write succeeds.</summary>
    public bool IsUnreachable => _isUnreachable;

    /// <summary>Whether no query can succeed now, or it takes too long: there is no connection, or the server shuts down.</summary>
    public static bool IsConnectionLost(Exception e) => e switch
    {
        PostgresException answer => answer.SqlState is ['0', '8', ..] or ['5', '7', 'P', ..] or PostgresErrorCodes.TooManyConnections,
        NpgsqlException or SocketException or IOException or TimeoutException or OperationCanceledException => true,
        _ => false,
    };

    /// <summary>Records a failure.</summary>
    /// <returns>The exception for the caller.</returns>
    public ServerLibException Failed(Exception e)
    {
        string reason = Describe(e);
        bool isFirst, isNew;
        lock (_lock)
        {
            isFirst = !_isFailing;
            isNew = !_isUnreachable && IsConnectionLost(e);
            _isFailing = true;
            _isUnreachable |= isNew;
        }

        problems?.Report(Problem, reason);
        if (isFirst)
            PostgreSqlEvents.Failed(logger, reason);
        if (isNew)
            BecameUnreachable?.Invoke();
        return new ServerLibException($"PostgreSQL failed: {reason}", e);
    }

    /// <summary>Records that the database was written.</summary>
    public void Worked()
    {
        lock (_lock)
        {
            if (!_isFailing)
                return;
            _isFailing = _isUnreachable = false;
        }

        problems?.Resolve(Problem);
        PostgreSqlEvents.Recovered(logger);
    }

    /// <summary>A sentence about a failure.</summary>
    public static string Describe(Exception e) => e switch
    {
        TimeoutException or OperationCanceledException or { InnerException: TimeoutException } => "It does not answer in time.",
        PostgresException answer => Sentence(answer.MessageText),
        _ => Sentence(e.InnerException is SocketException socket ? socket.Message : e.Message),
    };

    private static string Sentence(string text) => text.EndsWith('.') ? text : $"{text}.";
}
