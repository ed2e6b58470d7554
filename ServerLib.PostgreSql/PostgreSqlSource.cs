using Microsoft.Extensions.Logging;
using Npgsql;

namespace ServerLib.PostgreSql;

/// <summary>
/// The database, for the classes that read and write it. A call ends after <see cref="Limit"/> at the latest, however long the database takes.
/// While the database is unreachable, calls fail at once, so that logins do not wait.
/// </summary>
internal sealed class PostgreSqlSource : IAsyncDisposable
{
    /// <summary>How long a call takes at most.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    // Calls that wait for a connection, and calls that were given up but have not ended.
    private const int MaxCalls = 4_096;

    private readonly NpgsqlDataSource _source;
    private int _calls;

    /// <param name="connectionString">The connection string.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="problems">Gets a problem while the database does not work.</param>
    /// <exception cref="ServerLibException">The connection string is not valid.</exception>
    public PostgreSqlSource(string connectionString, TimeProvider time, ILogger logger, ServerProblems? problems)
    {
        _source = ConnectionText.CreateSource(connectionString);
        Time = time;
        Health = new DatabaseHealth(logger, problems);
    }

    public TimeProvider Time { get; }

    public DatabaseHealth Health { get; }

    /// <summary>The current time, as it is stored.</summary>
    public long Now => Time.GetUtcNow().UtcTicks;

    /// <summary>Changes something.</summary>
    /// <param name="work">The work: one statement, or a transaction. It goes on if the caller cancels.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="ServerLibException">The database failed, or too many calls wait.</exception>
    public Task<T> RunAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        StartAsync(
            async token =>
            {
                try
                {
                    return await UseConnectionAsync(work, token).ConfigureAwait(false);
                }
                catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected)
                {
                    // It was rolled back, so that another one could go on.
                    return await UseConnectionAsync(work, token).ConfigureAwait(false);
                }
            },
            cancellationToken);

    /// <summary>Reads something. If the connection was lost since it was last used, the work is repeated with another.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public Task<T> ReadAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        StartAsync(
            async token =>
            {
                try
                {
                    return await UseConnectionAsync(work, token).ConfigureAwait(false);
                }
                catch (NpgsqlException e) when (DatabaseHealth.IsConnectionLost(e) && !token.IsCancellationRequested)
                {
                    _source.Clear();
                    return await UseConnectionAsync(work, token).ConfigureAwait(false);
                }
            },
            cancellationToken);

    /// <summary>Writes, even if the database was unreachable a moment ago. This is how a recovery is noticed.</summary>
    /// <exception cref="ServerLibException">The database failed.</exception>
    public async Task ProbeAsync(Func<NpgsqlConnection, CancellationToken, Task> work)
    {
        if (!Health.IsHealthy)
            _source.Clear();
        await CallAsync(
            token => UseConnectionAsync(
                async (connection, limit) =>
                {
                    await work(connection, limit).ConfigureAwait(false);
                    return true;
                },
                token)).ConfigureAwait(false);
        Health.Worked();
    }

    /// <summary>Opens a connection for the start of a server. Blocks.</summary>
    public NpgsqlConnection OpenConnection() => _source.OpenConnection();

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<T> StartAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Health.IsUnreachable)
            throw new ServerLibException("PostgreSQL is unreachable.");
        return await CallAsync(work).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> work)
    {
        if (Interlocked.Increment(ref _calls) > MaxCalls)
        {
            Interlocked.Decrement(ref _calls);
            throw new ServerLibException("PostgreSQL is busy: too many calls wait.");
        }

        try
        {
            // The driver can need more time to notice that it is to cancel.
            Task<T> call = LimitAsync(work);
            Observe(call);
            return await call.WaitAsync(Limit).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not ServerLibException)
        {
            throw Health.Failed(e);
        }
    }

    private async Task<T> LimitAsync<T>(Func<CancellationToken, Task<T>> work)
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            return await work(limit.Token).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _calls);
        }
    }

    private async Task<T> UseConnectionAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
            return await work(connection, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A call that was given up can fail later, and nobody awaits it.</summary>
    private static void Observe(Task call) =>
        _ = call.ContinueWith(
            static ended => _ = ended.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
}
