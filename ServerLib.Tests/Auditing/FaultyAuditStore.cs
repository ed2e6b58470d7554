using System.Threading.Channels;
using ServerLib.Testing;

namespace ServerLib.Tests.Auditing;

/// <summary>A store in memory that fails and waits on demand.</summary>
internal sealed class FaultyAuditStore : IAuditStore
{
    private readonly InMemoryAuditStore _store = new();
    private readonly Channel<AuditRecord> _appended = Channel.CreateUnbounded<AuditRecord>();

    public string Description => "a store";

    /// <summary>Is called before records are appended. Default succeeds at once.</summary>
    public Func<Task> BeforeAppend { get; set; } = () => Task.CompletedTask;

    /// <summary>Is called before records are deleted. Default succeeds at once.</summary>
    public Func<CancellationToken, Task> BeforeDelete { get; set; } = _ => Task.CompletedTask;

    /// <summary>Whether records are refused, as if another server appended others all the time.</summary>
    public bool IsRefusing { get; set; }

    /// <summary>Waits for a record of a kind.</summary>
    public async Task<AuditRecord> ExpectAsync(AuditEvent what, CancellationToken guard)
    {
        while (true)
        {
            AuditRecord next = await _appended.Reader.ReadAsync(guard);
            if (next.Entry.Event == what)
                return next;
        }
    }

    public async ValueTask<bool> TryAppendAsync(IReadOnlyList<AuditRecord> records, CancellationToken cancellationToken = default)
    {
        await BeforeAppend();
        if (IsRefusing || !await _store.TryAppendAsync(records, cancellationToken))
            return false;
        foreach (AuditRecord record in records)
            _appended.Writer.TryWrite(record);
        return true;
    }

    public ValueTask<IReadOnlyList<AuditRecord>> ReadBeforeAsync(long number, int count, CancellationToken cancellationToken = default) =>
        _store.ReadBeforeAsync(number, count, cancellationToken);

    public ValueTask<IReadOnlyList<AuditRecord>> ReadAfterAsync(long number, int count, CancellationToken cancellationToken = default) =>
        _store.ReadAfterAsync(number, count, cancellationToken);

    public async ValueTask DeleteUpToAsync(long number, CancellationToken cancellationToken = default)
    {
        await BeforeDelete(cancellationToken);
        await _store.DeleteUpToAsync(number, cancellationToken);
    }
}
