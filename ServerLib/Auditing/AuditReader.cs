using ServerLib.Files;

namespace ServerLib.Auditing;

/// <summary>Searches and verifies an audit trail, some entries at a time, so that nobody who writes is held up for long.</summary>
/// <param name="thread">The trail's thread.</param>
internal sealed class AuditReader(DatabaseThread<AuditStore> thread)
{
    /// <summary>How many entries are read in one go.</summary>
    public const int PageSize = 500;

    // Entries are in the order of their times but for the clock's being set back.
    private static readonly TimeSpan ClockSetBack = TimeSpan.FromDays(1);

    /// <summary>Finds the newest entries that match.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>These entries, the newest last; and whether there are more.</returns>
    /// <exception cref="ServerLibException">The trail can't be read.</exception>
    public async Task<(List<SealedEntry> Found, bool HasMore)> SearchAsync(
        AuditFilter filter, int limit, CancellationToken cancellationToken)
    {
        List<SealedEntry> found = [];
        long next = long.MaxValue;
        bool hasMore = false;
        while (!hasMore && await ReadAsync(store => store.ReadBefore(next, PageSize), cancellationToken).ConfigureAwait(false)
            is { Count: > 0 } page && page[^1].Number < next)
        {
            next = page[^1].Number;
            foreach (SealedEntry entry in page.Where(entry => filter.Matches(entry.Entry)))
            {
                hasMore = found.Count == limit;
                if (hasMore)
                    break;
                found.Add(entry);
            }

            if (page.TrueForAll(entry => filter.Since - entry.Entry.Time > ClockSetBack))
                break;
        }

        found.Reverse();
        return (found, hasMore);
    }

    /// <summary>Goes through all of it.</summary>
    /// <exception cref="ServerLibException">The trail can't be read.</exception>
    public async Task<AuditVerdict> VerifyAsync(IReadOnlyList<AuditHead> heads, CancellationToken cancellationToken)
    {
        var verification = new AuditVerification(heads);
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

        return verification.End();
    }

    /// <summary>The newest of the oldest entries that are all from before <paramref name="limit"/>; none if the oldest is not.</summary>
    /// <exception cref="ServerLibException">The trail can't be read.</exception>
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

    private Task<T> ReadAsync<T>(Func<AuditStore, T> read, CancellationToken cancellationToken) =>
        thread.RunAsync(new DatabaseOperation<AuditStore, T>(read)).WaitAsync(cancellationToken);
}
