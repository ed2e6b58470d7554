using ServerLib.Diagnostics;

namespace ServerLib.Auditing;

/// <summary>
/// Deletes expired entries of the audit trail, at the start and once a day. If the trail shows that the clock has jumped ahead, or that the
/// server was off for long, it keeps them until the clock has run for a while.
/// </summary>
internal sealed class AuditRetention : IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromDays(1);

    private static readonly TimeSpan MinGap = TimeSpan.FromDays(2);
    private static readonly TimeSpan MaxGap = TimeSpan.FromDays(7);

    private readonly IAuditStore _store;
    private readonly AuditChain _chain;
    private readonly AuditReader _reader;
    private readonly AuditTrailEvents _events;
    private readonly AuditFailures _failures;
    private readonly ClockWatch _clock;
    private readonly TimeSpan _retention;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _timer;

    public AuditRetention(IAuditStore store, AuditTrailEvents events, AuditFailures failures, TimeSpan retention, TimeProvider time)
    {
        _store = store;
        _chain = new AuditChain(store);
        _reader = new AuditReader(store);
        _events = events;
        _failures = failures;
        _clock = new ClockWatch(time);
        _retention = retention;
        _time = time;
        _timer = time.CreateTimer(_ => Start(), null, TimeSpan.Zero, Interval);
    }

    /// <summary>The last deletion. It never fails.</summary>
    public Task Deleting { get; private set; } = Task.CompletedTask;

    /// <summary>Stops a deletion. The next one continues it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await Deleting.ConfigureAwait(false);
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose()
    {
        _timer.Dispose();
        _stop.Cancel();
        Deleting.GetAwaiter().GetResult();
    }

    private void Start()
    {
        if (Deleting.IsCompleted)
            Deleting = DeleteAsync(_stop.Token);
    }

    /// <summary>
    /// Starts a chain whose first entry says what is deleted, and then deletes that. If several servers do so for the same entries, there are
    /// several chains, which does no harm.
    /// </summary>
    private async Task DeleteAsync(CancellationToken stop)
    {
        try
        {
            DateTimeOffset now = _time.GetUtcNow();
            AuditRecord? last = await _reader.FindLastBeforeAsync(now - _retention, stop).ConfigureAwait(false);
            if (last is null || await MustKeepAsync(now, stop).ConfigureAwait(false))
                return;
            await _chain.StartAsync(now, last.Head).ConfigureAwait(false);
            await _store.DeleteUpToAsync(last.Number, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            // A store that cannot be written at all is reported already.
            if (!_failures.IsFailing)
                _events.NotDeleted(e);
        }
    }

    /// <summary>Whether the clock may be wrong: after the last entry that has expired, there is a gap as long as the retention.</summary>
    private async Task<bool> MustKeepAsync(DateTimeOffset now, CancellationToken stop)
    {
        TimeSpan most = _retention < MinGap ? MinGap : _retention > MaxGap ? MaxGap : _retention;
        if (_clock.HasRunFor(most))
            return false;
        (AuditRecord? before, AuditRecord? after) = await _reader.FindAroundAsync(now - most, stop).ConfigureAwait(false);
        if (before is null || (after?.Entry.Time ?? now) - before.Entry.Time <= most)
            return false;
        _events.KeepsExpired(before.Entry.Time, most);
        return true;
    }
}
