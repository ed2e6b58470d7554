namespace ServerLib.Testing;

/// <summary>Stores an audit trail in memory. Several servers can share one store.</summary>
public sealed class InMemoryAuditStore : IAuditStore
{
    private readonly Lock _lock = new();
    private readonly List<AuditRecord> _records = [];

    /// <inheritdoc/>
    public ValueTask<bool> TryAppendAsync(IReadOnlyList<AuditRecord> records, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(records);
        return Run(
            () =>
            {
                if (_records is [.., var newest] && (records[0].Number != newest.Number + 1 || records[0].Previous != newest.Hash))
                    return false;
                _records.AddRange(records);
                return true;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AuditRecord>> ReadBeforeAsync(long number, int count, CancellationToken cancellationToken = default) =>
        Run<IReadOnlyList<AuditRecord>>(
            () => [.. Enumerable.Reverse(_records).Where(record => record.Number < number).Take(count)], cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AuditRecord>> ReadAfterAsync(long number, int count, CancellationToken cancellationToken = default) =>
        Run<IReadOnlyList<AuditRecord>>(() => [.. _records.Where(record => record.Number > number).Take(count)], cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DeleteUpToAsync(long number, CancellationToken cancellationToken = default) =>
        await Run(() => _records.RemoveAll(record => record.Number <= number), cancellationToken).ConfigureAwait(false);

    private ValueTask<T> Run<T>(Func<T> work, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<T>(cancellationToken);
        lock (_lock)
            return new(work());
    }
}
