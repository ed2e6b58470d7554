using ServerLib.Diagnostics;

namespace ServerLib.Auditing;

/// <summary>
/// Writes the head of the audit trail to the activity log, once an hour if it has changed. A later change to the trail does not match that
/// head any more.
/// </summary>
internal sealed class AuditHeadLog : IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly IAuditStore _store;
    private readonly AuditWriter _writer;
    private readonly AuditTrailEvents _events;
    private readonly ITimer _timer;
    private AuditHead? _written;

    public AuditHeadLog(IAuditStore store, AuditWriter writer, AuditTrailEvents events, TimeProvider time)
    {
        _store = store;
        _writer = writer;
        _events = events;
        _timer = time.CreateTimer(_ => _ = WriteAsync(), null, Interval, Interval);
    }

    /// <summary>
    /// Writes the head, unless it was written before. The entries are on disk first: otherwise a power failure could remove an entry that the
    /// log names.
    /// </summary>
    public async Task WriteAsync()
    {
        if (!_events.LogsHeads)
            return;
        try
        {
            await _writer.DrainAsync().ConfigureAwait(false);
            IReadOnlyList<AuditRecord> newest = await _store.ReadBeforeAsync(long.MaxValue, 1).ConfigureAwait(false);
            if (newest is not [{ Head: var head }] || head == Interlocked.Exchange(ref _written, head))
                return;
            await _store.FlushAsync().ConfigureAwait(false);
            _events.HeadChanged(head.ToString());
        }
        catch (Exception)
        {
            // The next attempt is in an hour. The writer reports that the store fails.
            _written = null;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();
}
