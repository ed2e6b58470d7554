using ServerLib.Diagnostics;
using ServerLib.Files;

namespace ServerLib.Auditing;

/// <summary>
/// Deletes expired entries of the audit trail, at the start and once a day. If the trail shows that the clock has jumped ahead, or that the
/// server was off for long, it keeps them until the clock has run for a while.
/// </summary>
internal sealed class AuditRetention : IAsyncDisposable, IDisposable
{
    /// <summary>The number of entries that are deleted in one transaction.</summary>
    public const int ChunkSize = 1_000;

    private static readonly TimeSpan Interval = TimeSpan.FromDays(1);

    private static readonly TimeSpan MinGap = TimeSpan.FromDays(2);
    private static readonly TimeSpan MaxGap = TimeSpan.FromDays(7);

    private readonly DatabaseThread<AuditStore> _thread;
    private readonly AuditReader _reader;
    private readonly AuditTrailEvents _events;
    private readonly ClockWatch _clock;
    private readonly TimeSpan _retention;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    public AuditRetention(
        DatabaseThread<AuditStore> thread, AuditReader reader, AuditTrailEvents events, TimeSpan retention, TimeProvider time)
    {
        _events = events;
        _clock = new ClockWatch(time);
        _thread = thread;
        _reader = reader;
        _retention = retention;
        _time = time;
        _timer = time.CreateTimer(_ => Start(), null, TimeSpan.Zero, Interval);
    }

    /// <summary>The last deletion. It never fails.</summary>
    public Task Deleting { get; private set; } = Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Start()
    {
        if (Deleting.IsCompleted)
            Deleting = DeleteAsync();
    }

    /// <summary>Starts a chain whose first entry says what is deleted, and then deletes that.</summary>
    private async Task DeleteAsync()
    {
        try
        {
            DateTimeOffset now = _time.GetUtcNow();
            SealedEntry? last = await _reader.FindLastBeforeAsync(now - _retention, CancellationToken.None).ConfigureAwait(false);
            if (last is null || await MustKeepAsync(now).ConfigureAwait(false))
                return;
            await RunAsync(store =>
            {
                store.StartChain(now, last.Head);
                return true;
            }).ConfigureAwait(false);
            while (await RunAsync(store => store.DeleteUpTo(last.Number, ChunkSize)).ConfigureAwait(false) == ChunkSize)
            {
            }
        }
        catch (ServerLibException)
        {
            // The database's thread reports its failures itself.
        }
    }

    /// <summary>Whether the clock may be wrong: after the last entry that has expired, there is a gap as long as the retention.</summary>
    private async Task<bool> MustKeepAsync(DateTimeOffset now)
    {
        TimeSpan most = _retention < MinGap ? MinGap : _retention > MaxGap ? MaxGap : _retention;
        if (_clock.HasRunFor(most))
            return false;
        (SealedEntry? before, SealedEntry? after) = await _reader.FindAroundAsync(now - most, CancellationToken.None).ConfigureAwait(false);
        if (before is null || (after?.Entry.Time ?? now) - before.Entry.Time <= most)
            return false;
        _events.KeepsExpired(before.Entry.Time, most);
        return true;
    }

    private Task<T> RunAsync<T>(Func<AuditStore, T> work) => _thread.RunAsync(new DatabaseOperation<AuditStore, T>(work));
}
