using ServerLib.Diagnostics;
using ServerLib.Files;

namespace ServerLib.Auditing;

/// <summary>
/// Writes the head of the audit trail to the activity log, once an hour if it has changed. A later change to the trail does not match that
/// head any more.
/// </summary>
internal sealed class AuditHeadLog : IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly DatabaseThread<AuditStore> _thread;
    private readonly AuditTrailEvents _events;
    private readonly ITimer _timer;
    private AuditHead? _written;

    public AuditHeadLog(DatabaseThread<AuditStore> thread, AuditTrailEvents events, TimeProvider time)
    {
        _thread = thread;
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
            var read = new DatabaseOperation<AuditStore, AuditHead>(store => store.Head) { IsRead = true };
            AuditHead head = await _thread.RunAsync(read).ConfigureAwait(false);
            if (head == Interlocked.Exchange(ref _written, head))
                return;
            await _thread.RunAsync(new DatabaseOperation<AuditStore, bool>(store =>
            {
                store.Sync();
                return true;
            })).ConfigureAwait(false);
            _events.HeadChanged(head.ToString());
        }
        catch (ServerLibException)
        {
            // The database's thread reports its failures itself.
            _written = null;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();
}
