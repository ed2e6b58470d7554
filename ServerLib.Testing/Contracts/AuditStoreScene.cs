namespace ServerLib.Testing.Contracts;

/// <summary>A store, or the same records opened by two servers.</summary>
internal sealed class AuditStoreScene : IAsyncDisposable
{
    private readonly Func<ValueTask<IAuditStore>> _open;
    private readonly List<IAuditStore> _opened = [];

    private AuditStoreScene(Func<ValueTask<IAuditStore>> open) => _open = open;

    public IAuditStore One => _opened[0];

    public IAuditStore Two => _opened[^1];

    /// <summary>The store of one server for even numbers, and that of the other for odd ones.</summary>
    public IAuditStore this[int number] => number % 2 == 0 ? One : Two;

    public static async ValueTask<AuditStoreScene> OpenAsync(Func<ValueTask<IAuditStore>> open, bool isShared)
    {
        var scene = new AuditStoreScene(open);
        await scene.OpenAsync();
        if (isShared)
            await scene.OpenAsync();
        return scene;
    }

    /// <summary>Seals entries for the users <c>user1</c>, <c>user2</c> and so on.</summary>
    public static AuditRecord[] Seal(AuditHead after, int count) => Seal(
        after, [.. Enumerable.Range(1, count).Select(i => new AuditEntry(AccountContract.Start.AddSeconds(i), AuditEvent.Logon, $"user{i}", "127.0.0.1:1"))]);

    /// <summary>Seals entries.</summary>
    public static AuditRecord[] Seal(AuditHead after, params AuditEntry[] entries)
    {
        var records = new AuditRecord[entries.Length];
        for (int i = 0; i < entries.Length; i++)
            after = (records[i] = AuditRecord.Seal(entries[i], after)).Head;
        return records;
    }

    /// <summary>Appends new records to an empty store.</summary>
    public async Task<AuditRecord[]> FillAsync(int count)
    {
        AuditRecord[] records = Seal(AuditHead.None, count);
        await ExpectAppendedAsync(records);
        return records;
    }

    public async Task ExpectAppendedAsync(params AuditRecord[] records) => Expect.That(
        await One.TryAppendAsync(records), "TryAppendAsync with a record that follows the newest one must be true, but is false.");

    public async Task ExpectRefusedAsync(string what, params AuditRecord[] records) =>
        Expect.That(!await One.TryAppendAsync(records), $"TryAppendAsync with {what} must be false, but is true.");

    /// <summary>The store has these records, and no others.</summary>
    public async Task ExpectOnlyAsync(IEnumerable<AuditRecord> expected)
    {
        AuditRecord[] all = [.. expected];
        Expect.Sequence(all, await One.ReadAfterAsync(long.MinValue, all.Length + 1), "The records");
        Expect.Sequence(all.Reverse(), await One.ReadBeforeAsync(long.MaxValue, all.Length + 1), "The records from the newest to the oldest");
    }

    /// <summary>The trail is intact as far as its hashes show.</summary>
    public async Task ExpectIntactAsync()
    {
        AuditCheck check = await new AuditReader(Two).VerifyAsync();
        Expect.That(check.IsIntact, $"The chain must be unbroken, but {check.Problem}.");
    }

    /// <summary>Closes the store, and opens it again.</summary>
    public async Task ReopenAsync()
    {
        await DisposeAsync();
        await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAuditStore store in Enumerable.Reverse(_opened).ToArray())
        {
            if (store is IAsyncDisposable asynchronous)
                await asynchronous.DisposeAsync();
            else
                (store as IDisposable)?.Dispose();
        }

        _opened.Clear();
    }

    private async Task OpenAsync() => _opened.Add(await _open());
}
