using ServerLib.Files;

namespace ServerLib.Auditing;

/// <summary>Deletes expired entries of the audit trail, at the start and once a day.</summary>
internal sealed class AuditRetention : IAsyncDisposable, IDisposable
{
    /// <summary>The number of entries that are deleted in one transaction.</summary>
    public const int ChunkSize = 1_000;

    private static readonly TimeSpan Interval = TimeSpan.FromDays(1);

    private readonly DatabaseThread<AuditStore> _thread;
    private readonly AuditReader _reader;
    private readonly AuditFailures _failures;
    private readonly TimeSpan _retention;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    public AuditRetention(
        DatabaseThread<AuditStore> thread, AuditReader reader, AuditFailures failures, TimeSpan retention, TimeProvider time)
    {
        _thread = thread;
        _reader = reader;
        _failures = failures;
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
            if (last is null)
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
        catch (ServerLibException e)
        {
            _failures.Failed(e);
        }
    }

    private Task<T> RunAsync<T>(Func<AuditStore, T> work) => _thread.RunAsync(new DatabaseOperation<AuditStore, T>(work));
}
