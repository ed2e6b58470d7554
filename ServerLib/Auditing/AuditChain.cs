namespace ServerLib.Auditing;

/// <summary>
/// Appends entries to a store that other servers may use too: seals them after the newest record, and again if another server was faster.
/// For one caller at a time.
/// </summary>
/// <param name="store">The store.</param>
internal sealed class AuditChain(IAuditStore store)
{
    // Each refusal means that another call has succeeded. A store that refuses so often does not keep its promise.
    private const int MaxAttempts = 1_000;

    private AuditHead? _head;

    /// <summary>Appends entries. Before the first ones with a hash, an entry starts the chain, even if there are no entries to append.</summary>
    /// <param name="entries">The entries; they may be none.</param>
    /// <param name="time">The time of the entry that starts the chain.</param>
    /// <exception cref="ServerLibException">The store failed. It is unknown whether the entries are stored.</exception>
    public async Task AppendAsync(IReadOnlyList<AuditEntry> entries, DateTimeOffset time)
    {
        AuditHead head = await ReadHeadAsync().ConfigureAwait(false);
        AuditHead deleted = head.Hash == AuditHead.NoHash ? await FindBeforeOldestAsync().ConfigureAwait(false) : AuditHead.None;
        await AppendAfterAsync(
            head, last => last.Hash == AuditHead.NoHash ? [new ChainStart(last, deleted).ToEntry(time), .. entries] : entries)
            .ConfigureAwait(false);
    }

    /// <summary>Appends the first entry of a chain. The entries that it calls deleted may be deleted only after it.</summary>
    /// <exception cref="ServerLibException">The store failed. It is unknown whether the entry is stored.</exception>
    public async Task StartAsync(DateTimeOffset time, AuditHead deleted) =>
        await AppendAfterAsync(await ReadHeadAsync().ConfigureAwait(false), last => [new ChainStart(last, deleted).ToEntry(time)])
            .ConfigureAwait(false);

    private async Task AppendAfterAsync(AuditHead head, Func<AuditHead, IReadOnlyList<AuditEntry>> entriesAfter)
    {
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            _head = null;
            List<AuditRecord> records = Seal(entriesAfter(head), head);
            if (records.Count == 0 || await store.TryAppendAsync(records).ConfigureAwait(false))
            {
                _head = records is [.., var newest] ? newest.Head : head;
                return;
            }

            head = await ReadHeadAsync().ConfigureAwait(false);
        }

        throw new ServerLibException($"Entries could not be appended: at each of {MaxAttempts} attempts, there were other new entries.");
    }

    private static List<AuditRecord> Seal(IReadOnlyList<AuditEntry> entries, AuditHead head)
    {
        var records = new List<AuditRecord>(entries.Count);
        foreach (AuditEntry entry in entries)
        {
            records.Add(AuditRecord.Seal(entry, head));
            head = records[^1].Head;
        }

        return records;
    }

    private async ValueTask<AuditHead> ReadHeadAsync() =>
        _head ?? (await store.ReadBeforeAsync(long.MaxValue, 1).ConfigureAwait(false) is [var newest] ? newest.Head : AuditHead.None);

    /// <summary>The last entry that a trail without hashes has deleted.</summary>
    private async ValueTask<AuditHead> FindBeforeOldestAsync() =>
        await store.ReadAfterAsync(long.MinValue, 1).ConfigureAwait(false) is [{ Number: > 1 } oldest]
            ? new AuditHead(oldest.Number - 1, AuditHead.NoHash)
            : AuditHead.None;
}
