using Microsoft.Extensions.Logging;
using ServerLib.Diagnostics;
using ServerLib.Files;

namespace ServerLib.Auditing;

/// <summary>Stores an audit trail in a file, on a thread of its own.</summary>
/// <param name="thread">The thread of the file. It is disposed with the store.</param>
/// <param name="path">The file's path.</param>
/// <param name="file">Is disposed after the thread. Default nothing.</param>
internal sealed class LiteDbAuditStore(DatabaseThread<AuditDatabase> thread, string path, AuditTrailFile? file = null)
    : IAuditStore, IAsyncDisposable, IDisposable
{
    /// <summary>The number of records that are deleted in one transaction.</summary>
    public const int ChunkSize = 1_000;

    private const int Capacity = 10_000;

    /// <inheritdoc/>
    public string Description => path;

    /// <summary>Opens a file. If it cannot be opened, this is reported, and another attempt follows later.</summary>
    public static LiteDbAuditStore Open(AuditTrailFile file, TimeProvider time, ILogger logger, AuditFailures failures) => new(
        DatabaseThread<AuditDatabase>.Start(
            "ServerLib history",
            () =>
            {
                var database = AuditDatabase.Open(file.Path, file.Open, (log, pages) => FileEvents.TornLog(logger, log, pages));
                file.MarkOpened();
                return database;
            },
            mustOpen: false,
            Capacity,
            time,
            failures.Failed,
            failures.Recovered),
        file.Path,
        file);

    /// <inheritdoc/>
    public async ValueTask<bool> TryAppendAsync(IReadOnlyList<AuditRecord> records, CancellationToken cancellationToken = default) =>
        await WriteAsync(database => database.TryAppend(records), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<AuditRecord>> ReadBeforeAsync(long number, int count, CancellationToken cancellationToken = default) =>
        await ReadAsync(database => database.ReadBefore(number, count), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<AuditRecord>> ReadAfterAsync(long number, int count, CancellationToken cancellationToken = default) =>
        await ReadAsync(database => database.ReadAfter(number, count), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask DeleteUpToAsync(long number, CancellationToken cancellationToken = default)
    {
        while (await WriteAsync(database => database.DeleteUpTo(number, ChunkSize), cancellationToken).ConfigureAwait(false) == ChunkSize)
        {
        }
    }

    /// <inheritdoc/>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default) => await WriteAsync(
        database =>
        {
            database.Sync();
            return true;
        },
        cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await thread.DisposeAsync().ConfigureAwait(false);
        file?.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        thread.Dispose();
        file?.Dispose();
    }

    private Task<T> WriteAsync<T>(Func<AuditDatabase, T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return thread.RunAsync(new DatabaseOperation<AuditDatabase, T>(work)).WaitAsync(cancellationToken);
    }

    private Task<T> ReadAsync<T>(Func<AuditDatabase, T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return thread.RunAsync(new DatabaseOperation<AuditDatabase, T>(read) { IsRead = true }).WaitAsync(cancellationToken);
    }
}
