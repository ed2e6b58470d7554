using ServerLib.Files;

namespace ServerLib.Auditing;

/// <summary>Searches and verifies an audit trail, in pages, so that writers do not wait long.</summary>
/// <param name="thread">The thread of the trail's database.</param>
internal sealed class AuditReader(DatabaseThread<AuditStore> thread) : IAuditReader
{
    /// <summary>How many entries are read at a time.</summary>
    public const int PageSize = 500;

    // Entries are in the order of their times, unless the clock was set back.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AuditEntry>> ReadAsync(
        AuditFilter? filter = null, int limit = 50, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return [.. (await SearchAsync(filter ?? new AuditFilter(), limit, cancellationToken).ConfigureAwait(false)).Select(e => e.ToPublic())];
    }

    /// <inheritdoc/>
    public async Task<AuditCheck> VerifyAsync(IEnumerable<string>? heads = null, CancellationToken cancellationToken = default)
    {
        var verification = new AuditVerification([.. (heads ?? []).Select(Parse)]);
        long last = long.MinValue;
        bool hasMore = true;
        while (hasMore)
        {
            List<SealedEntry> page = await ReadAsync(store => store.ReadAfter(last, PageSize), cancellationToken).ConfigureAwait(false);
            foreach (SealedEntry entry in page)
                verification.Add(entry);
            hasMore = page.Count > 0 && page[^1].Number > last;
            if (hasMore)
                last = page[^1].Number;
        }

        return verification.Complete();

        AuditHead Parse(string text) => AuditHead.TryParse(text, out AuditHead? head)
            ? head
            : throw new ArgumentException("A head must be a number, a colon and 64 hexadecimal digits.", nameof(heads));
    }

    /// <summary>Finds the newest entries that match, the newest last.</summary>
    /// <exception cref="ServerLibException">The trail cannot be read.</exception>
    public async Task<List<SealedEntry>> SearchAsync(AuditFilter filter, int limit, CancellationToken cancellationToken)
    {
        List<SealedEntry> found = [];
        long next = long.MaxValue;
        while (found.Count < limit && await ReadAsync(store => store.ReadBefore(next, PageSize), cancellationToken).ConfigureAwait(false)
            is { Count: > 0 } page && page[^1].Number < next)
        {
            next = page[^1].Number;
            found.AddRange(page.Where(entry => filter.Matches(entry.Entry)).Take(limit - found.Count));
            if (page.TrueForAll(entry => filter.Since - entry.Entry.Time > ClockTolerance))
                break;
        }

        found.Reverse();
        return found;
    }

    /// <summary>Finds the last of the oldest entries that are all older than <paramref name="limit"/>.</summary>
    /// <exception cref="ServerLibException">The trail cannot be read.</exception>
    public async Task<SealedEntry?> FindLastBeforeAsync(DateTimeOffset limit, CancellationToken cancellationToken)
    {
        SealedEntry? found = null;
        while (true)
        {
            long last = found?.Number ?? long.MinValue;
            List<SealedEntry> page = await ReadAsync(store => store.ReadAfter(last, PageSize), cancellationToken).ConfigureAwait(false);
            List<SealedEntry> old = [.. page.TakeWhile(entry => entry.Entry.Time < limit)];
            if (old.Count == 0 || old[^1].Number <= last)
                return found;
            found = old[^1];
        }
    }

    /// <summary>Finds the last entry before a moment, and the first one after it, if the entries are in the order of their times.</summary>
    /// <exception cref="ServerLibException">The trail cannot be read.</exception>
    public async Task<(SealedEntry? Before, SealedEntry? After)> FindAroundAsync(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        SealedEntry? before = null, after = null;
        long low = 0, high = (await ReadAsync(store => store.Head, cancellationToken).ConfigureAwait(false)).Number + 1;
        while (high - low > 1)
        {
            long middle = low + ((high - low) / 2);
            List<SealedEntry> found = await ReadAsync(store => store.ReadAfter(middle - 1, 1), cancellationToken).ConfigureAwait(false);
            if (found is [var entry] && entry.Number < high && entry.Entry.Time < moment)
                (before, low) = (entry, entry.Number);
            else
                (after, high) = (found is [var later] && later.Number < high ? later : after, middle);
        }

        return (before, after);
    }

    private Task<T> ReadAsync<T>(Func<AuditStore, T> read, CancellationToken cancellationToken) =>
        thread.RunAsync(new DatabaseOperation<AuditStore, T>(read) { IsRead = true }).WaitAsync(cancellationToken);
}
