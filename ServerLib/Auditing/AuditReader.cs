using ServerLib.Auditing;

namespace ServerLib;

/// <summary>
/// Searches and verifies the audit trail in a store, in pages, so that writers do not wait long. It writes nothing. To read the trail of a
/// running server, use its <see cref="AuditTrail"/>.
/// </summary>
/// <param name="store">The store.</param>
public sealed class AuditReader(IAuditStore store) : IAuditReader
{
    /// <summary>How many entries are read at a time.</summary>
    internal const int PageSize = 500;

    // Entries are in the order of their times, unless the clock was set back.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AuditEntry>> ReadAsync(
        AuditFilter? filter = null, int limit = 50, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return [.. (await SearchAsync(filter ?? new AuditFilter(), limit, cancellationToken).ConfigureAwait(false)).Select(e => e.ToEntry())];
    }

    /// <inheritdoc/>
    public async Task<AuditCheck> VerifyAsync(IEnumerable<string>? heads = null, CancellationToken cancellationToken = default)
    {
        var verification = new AuditVerification([.. (heads ?? []).Select(Parse)]);
        long last = long.MinValue;
        bool hasMore = true;
        while (hasMore)
        {
            IReadOnlyList<AuditRecord> page = await store.ReadAfterAsync(last, PageSize, cancellationToken).ConfigureAwait(false);
            foreach (AuditRecord entry in page)
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
    internal async Task<List<AuditRecord>> SearchAsync(AuditFilter filter, int limit, CancellationToken cancellationToken)
    {
        List<AuditRecord> found = [];
        long next = long.MaxValue;
        while (found.Count < limit && await store.ReadBeforeAsync(next, PageSize, cancellationToken).ConfigureAwait(false)
            is { Count: > 0 } page && page[^1].Number < next)
        {
            next = page[^1].Number;
            found.AddRange(page.Where(entry => filter.Matches(entry.Entry)).Take(limit - found.Count));
            if (page.All(entry => filter.Since - entry.Entry.Time > ClockTolerance))
                break;
        }

        found.Reverse();
        return found;
    }

    /// <summary>Finds the last of the oldest entries that are all older than <paramref name="limit"/>.</summary>
    /// <exception cref="ServerLibException">The trail cannot be read.</exception>
    internal async Task<AuditRecord?> FindLastBeforeAsync(DateTimeOffset limit, CancellationToken cancellationToken)
    {
        AuditRecord? found = null;
        while (true)
        {
            long last = found?.Number ?? long.MinValue;
            IReadOnlyList<AuditRecord> page = await store.ReadAfterAsync(last, PageSize, cancellationToken).ConfigureAwait(false);
            List<AuditRecord> old = [.. page.TakeWhile(entry => entry.Entry.Time < limit)];
            if (old.Count == 0 || old[^1].Number <= last)
                return found;
            found = old[^1];
        }
    }

    /// <summary>Finds the last entry before a moment, and the first one after it, if the entries are in the order of their times.</summary>
    /// <exception cref="ServerLibException">The trail cannot be read.</exception>
    internal async Task<(AuditRecord? Before, AuditRecord? After)> FindAroundAsync(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        AuditRecord? before = null, after = null;
        IReadOnlyList<AuditRecord> newest = await store.ReadBeforeAsync(long.MaxValue, 1, cancellationToken).ConfigureAwait(false);
        long low = 0, high = (newest is [{ Number: var number }] ? number : 0) + 1;
        while (high - low > 1)
        {
            long middle = low + ((high - low) / 2);
            IReadOnlyList<AuditRecord> found = await store.ReadAfterAsync(middle - 1, 1, cancellationToken).ConfigureAwait(false);
            if (found is [var entry] && entry.Number < high && entry.Entry.Time < moment)
                (before, low) = (entry, entry.Number);
            else
                (after, high) = (found is [var later] && later.Number < high ? later : after, middle);
        }

        return (before, after);
    }
}
