namespace ServerLib.Testing.Contracts;

/// <summary>The rules for several writers of one audit trail, on one server or on two.</summary>
internal static class SharedAuditStoreRules
{
    private const int Writers = 8;

    public static async Task Each_server_reads_what_the_other_has_appended(AuditStoreScene scene)
    {
        AuditHead head = AuditHead.None;
        for (int i = 0; i < 10; i++)
        {
            AuditRecord[] records = AuditStoreScene.Seal(head, 1);
            Expect.Equal(true, await scene[i].TryAppendAsync(records), $"TryAppendAsync number {i + 1}, by alternating servers");
            Expect.Sequence(records, await scene[i + 1].ReadBeforeAsync(long.MaxValue, 1), "The newest record at the other server");
            head = records[0].Head;
        }
    }

    public static async Task One_of_many_writers_appends_after_a_record(AuditStoreScene scene)
    {
        AuditHead head = AuditHead.None;
        for (int round = 0; round < 10; round++)
        {
            AuditRecord[][] records =
            [
                .. Enumerable.Range(0, Writers).Select(writer => AuditStoreScene.Seal(
                    head,
                    new AuditEntry(AccountContract.Start, AuditEvent.Logon, $"writer{writer}", ""),
                    new AuditEntry(AccountContract.Start, AuditEvent.Logoff, $"writer{writer}", ""))),
            ];
            bool[] results = await AtOnce.RunAsync(Writers, writer => scene[writer].TryAppendAsync(records[writer]));
            int winners = results.Count(isAppended => isAppended);
            Expect.That(
                winners == 1, $"{Writers} writers appended after the same record at once, and {winners} of them succeeded. Exactly one must.");
            AuditRecord[] winner = records[Array.IndexOf(results, true)];
            Expect.Sequence(winner, await scene[round].ReadAfterAsync(head.Number, Writers * 2), "The records of this round");
            head = winner[^1].Head;
        }
    }

    public static async Task Several_trails_at_once_make_one_unbroken_chain(AuditStoreScene scene)
    {
        const int Entries = 250;
        await AtOnce.RunAsync(Writers, async writer =>
        {
            var trail = new AuditTrail(scene[writer]);
            await using (trail.ConfigureAwait(false))
            {
                for (int i = 0; i < Entries; i++)
                {
                    trail.Write(AuditEvent.Application, $"writer{writer}", detail: $"{i}");
                    if (i % 50 == 0)
                        await trail.ReadAsync(limit: 1);
                }
            }

            return true;
        });
        await scene.ExpectIntactAsync();
        IReadOnlyList<AuditEntry> all = await new AuditReader(scene.One).ReadAsync(limit: int.MaxValue);
        Expect.Equal(1 + (Writers * Entries), all.Count, "The number of entries, with that which starts the chain");
        Expect.Equal(AuditEvent.ChainStarted, all[0].Event, "The first entry");
        foreach (IGrouping<string, AuditEntry> written in all.Skip(1).GroupBy(entry => entry.Name))
            Expect.Sequence(Enumerable.Range(0, Entries).Select(i => $"{i}"), written.Select(entry => entry.Detail), $"The entries of {written.Key}");
    }

    public static async Task The_same_records_are_deleted_twice_at_once(AuditStoreScene scene)
    {
        AuditRecord[] records = AuditStoreScene.Seal(AuditHead.None, 1_500);
        Expect.Equal(true, await scene.One.TryAppendAsync(records), nameof(IAuditStore.TryAppendAsync));
        await AtOnce.RunAsync(
            async () => await scene.One.DeleteUpToAsync(1_400),
            async () => await scene.Two.DeleteUpToAsync(1_490),
            async () => await scene.Two.DeleteUpToAsync(1_400));
        await scene.ExpectOnlyAsync(records[1_490..]);
    }
}
