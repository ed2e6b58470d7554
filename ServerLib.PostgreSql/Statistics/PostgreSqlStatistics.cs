using System.Net;
using Microsoft.Extensions.Logging;

namespace ServerLib.PostgreSql.Statistics;

/// <summary>
/// Counts attempts, connections and broadcasts in memory, and saves them every second. A crash loses the last second. Each save is a sign of life,
/// and notices when the database works again after a failure.
/// </summary>
internal sealed class PostgreSqlStatistics : IAsyncDisposable
{
    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(1);

    // A server without changes writes a sign of life every five seconds.
    private const int IdleIntervals = 5;

    private readonly PostgreSqlSource _source;
    private readonly ILogger _logger;
    private readonly PendingStatistics _pending;
    private readonly StatisticsWriter _writer = new(Guid.NewGuid());
    private readonly SemaphoreSlim _saving = new(1);
    private readonly SemaphoreSlim _due = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _timer;
    private readonly Task _loop;

    // Written, but perhaps not committed.
    private StatisticsBatch? _unconfirmed;
    private int _idle;

    public PostgreSqlStatistics(PostgreSqlSource source, ILogger logger)
    {
        _source = source;
        _logger = logger;
        _pending = new PendingStatistics(logger);
        source.Health.BecameUnreachable = () => _due.Release();
        _timer = source.Time.CreateTimer(_ => SaveIfDue(), null, SaveInterval, SaveInterval);
        _loop = RunAsync();
    }

    /// <summary>Records a login attempt. It does not wait until it is written.</summary>
    /// <param name="account">The account.</param>
    /// <param name="address">The client's address.</param>
    /// <param name="usedKey">The fingerprint of the key that was used.</param>
    /// <param name="newHash">A new hash of the password, unless the password changes meanwhile.</param>
    public void AddAttempt(StoredAccount account, string address, string? usedKey = null, string? newHash = null) =>
        _pending.AddAttempt(account, address, usedKey, _source.Now, newHash);

    public void LogConnection(string username, EndPoint address, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        cancellationToken.ThrowIfCancellationRequested();
        if (AccountKey.Of(username) is { } key)
            _pending.LogOn(key, StoredText.From(address));
    }

    public void LogDisconnection(string username, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (AccountKey.Of(username) is { } key)
            _pending.LogOff(key);
    }

    public void CountBroadcasts(string username, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (AccountKey.Of(username) is { } key)
            _pending.CountBroadcasts(key, count);
    }

    /// <summary>Forgets a removed account.</summary>
    public void Forget(string key) => _pending.Forget(key);

    /// <summary>Logs off the connections of this server. Those of a server that was killed count as logged off after half a minute.</summary>
    /// <exception cref="ServerLibException">The database failed. They are logged off in it when it works again.</exception>
    public async ValueTask PurgeAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _pending.LogOffAll();
        await SaveAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Saves what is in memory.</summary>
    /// <exception cref="ServerLibException">The database failed. It stays in memory for the next time.</exception>
    public async ValueTask SaveAsync(CancellationToken cancellationToken)
    {
        await _saving.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            do
            {
                StatisticsBatch batch = _unconfirmed ??= _pending.Take();
                bool isNew = false;
                await _source.ProbeAsync(async (connection, token) => isNew = await _writer.WriteAsync(connection, batch, token).ConfigureAwait(false))
                    .ConfigureAwait(false);
                _unconfirmed = null;
                if (isNew && batch.Number > 1)
                    _pending.RepeatActive();
            }
            while (!_pending.IsEmpty);
        }
        finally
        {
            _saving.Release();
        }
    }

    /// <summary>Saves for the last time.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        try
        {
            await SaveAsync(default).ConfigureAwait(false);
            await _source.ProbeAsync(_writer.RemoveAsync).ConfigureAwait(false);
        }
        catch (ServerLibException e)
        {
            PostgreSqlEvents.NotSaved(_logger, e.Message);
        }

        _source.Health.BecameUnreachable = null;
        _stop.Dispose();
        _due.Dispose();
        _saving.Dispose();
    }

    private void SaveIfDue()
    {
        bool isDue = !_pending.IsEmpty || !_source.Health.IsHealthy || ++_idle >= IdleIntervals;
        if (isDue && _due.CurrentCount == 0)
            _due.Release();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            try
            {
                await _due.WaitAsync(_stop.Token).ConfigureAwait(false);
                _idle = 0;
                await SaveAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (ServerLibException)
            {
                // It is reported. The next attempt follows in a second.
            }
        }
    }
}
