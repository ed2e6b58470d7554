namespace ServerLib.Testing.Contracts;

/// <summary>The rules for a store of audit records.</summary>
internal static class AuditStoreRules
{
    /// <summary>The texts of entries that a careless store would change or refuse. Each is as long as an entry's detail may be, or shorter.</summary>
    private static readonly string[] OddTexts =
    [
        "", " ", "\0", "a\0b", "'", "\"", "\\", "\\u0000", "%s", "' OR '1'='1", "{\"$gt\":\"\"}", "\r\n\t", "\u001b[2J", "\u202eada", "\ufeff",
        "\ufffd", "\uffff", "zo\u00e9", "zoe\u0301", "\U0001f600", " ada ", new string('\u20ac', AuditTrail.MaxDetailLength),
    ];

    public static async Task An_empty_store_has_no_records(AuditStoreScene scene)
    {
        await scene.ExpectOnlyAsync([]);
        await scene.One.DeleteUpToAsync(long.MaxValue);
        await scene.One.FlushAsync();
        await scene.ExpectOnlyAsync([]);
    }

    public static async Task Records_are_read_as_they_were_appended(AuditStoreScene scene)
    {
        DateTimeOffset time = AccountContract.Start;
        AuditRecord[] records = AuditStoreScene.Seal(
            AuditHead.None,
            [
                new(time, AuditEvent.ChainStarted, "SERVER", ""),
                new(time.AddMilliseconds(1), (AuditEvent)99, "later version", ""),
                new(time.AddDays(-1), AuditEvent.Banned, "10.0.0.0/8", "[2001:db8::1]:5", "console", "spam"),
                .. OddTexts.Select(text => new AuditEntry(
                    time, AuditEvent.Application, Short(text), Short(text), Short(text), text)),
            ]);
        await scene.ExpectAppendedAsync(records[..1]);
        await scene.ExpectAppendedAsync(records[1..]);
        foreach (AuditRecord expected in records)
        {
            AuditRecord read = Expect.NotNull(
                (await scene.One.ReadAfterAsync(expected.Number - 1, 1)).SingleOrDefault(), $"The record {expected.Number}");
            Expect.Equal(expected, read, $"The record {expected.Number}");
            Expect.Equal(expected.Hash, read.ComputeHash(), $"The hash of record {expected.Number}, computed again");
        }

        await scene.ExpectIntactAsync();

        static string Short(string text) => text.Length > AuditTrail.MaxNameLength ? text[..AuditTrail.MaxNameLength] : text;
    }

    public static async Task Records_are_read_in_pages_in_both_directions(AuditStoreScene scene)
    {
        AuditRecord[] records = await scene.FillAsync(10);
        Expect.Sequence(records[3..7], await scene.One.ReadAfterAsync(3, 4), "ReadAfterAsync(3, 4)");
        Expect.Sequence(records[8..], await scene.One.ReadAfterAsync(8, 4), "ReadAfterAsync(8, 4)");
        Expect.Sequence([], await scene.One.ReadAfterAsync(10, 4), "ReadAfterAsync(10, 4)");
        Expect.Sequence([], await scene.One.ReadAfterAsync(long.MaxValue, 4), "ReadAfterAsync after the highest number");
        Expect.Sequence(records[4..7].Reverse(), await scene.One.ReadBeforeAsync(8, 3), "ReadBeforeAsync(8, 3)");
        Expect.Sequence(records[..2].Reverse(), await scene.One.ReadBeforeAsync(3, 4), "ReadBeforeAsync(3, 4)");
        Expect.Sequence([], await scene.One.ReadBeforeAsync(1, 4), "ReadBeforeAsync(1, 4)");
        Expect.Sequence([], await scene.One.ReadBeforeAsync(long.MinValue, 4), "ReadBeforeAsync before the lowest number");
        await scene.ExpectOnlyAsync(records);
    }

    public static async Task Records_that_do_not_follow_the_newest_one_are_refused(AuditStoreScene scene)
    {
        AuditRecord[] records = await scene.FillAsync(3);
        AuditHead head = records[2].Head;
        await scene.ExpectRefusedAsync("the number of the newest record", AuditStoreScene.Seal(records[1].Head, 1));
        await scene.ExpectRefusedAsync("the newest record itself", records[2]);
        await scene.ExpectRefusedAsync("all records again", records);
        await scene.ExpectRefusedAsync("a number that is too high", AuditStoreScene.Seal(head with { Number = 4 }, 2));
        await scene.ExpectRefusedAsync("another previous hash", AuditStoreScene.Seal(head with { Hash = records[1].Hash }, 2));
        await scene.ExpectRefusedAsync("the first record of another trail", AuditStoreScene.Seal(AuditHead.None, 1));
        await scene.ExpectOnlyAsync(records);
        await scene.ExpectAppendedAsync(AuditStoreScene.Seal(head, 1));
    }

    public static async Task An_empty_store_takes_records_with_any_number(AuditStoreScene scene)
    {
        AuditRecord[] records = AuditStoreScene.Seal(new AuditHead(40, new string('a', 64)), 3);
        await scene.ExpectAppendedAsync(records);
        await scene.ExpectOnlyAsync(records);
    }

    public static async Task A_record_that_was_changed_is_found(AuditStoreScene scene)
    {
        AuditRecord[] records = AuditStoreScene.Seal(
            AuditHead.None, [new(AccountContract.Start, AuditEvent.ChainStarted, "SERVER", ""), new(AccountContract.Start, AuditEvent.Logon, "ada", "")]);
        AuditRecord changed = records[1] with { Entry = records[1].Entry with { Name = "eve" } };
        await scene.ExpectAppendedAsync(records[0]);
        await scene.ExpectAppendedAsync(changed);
        await scene.ExpectOnlyAsync([records[0], changed]);
        AuditCheck check = await new AuditReader(scene.One).VerifyAsync();
        Expect.Equal(2, check.FirstInvalid, "The number of the first invalid entry");
    }

    public static async Task Records_are_deleted_up_to_a_number(AuditStoreScene scene)
    {
        AuditRecord[] records = await scene.FillAsync(10);
        foreach ((long number, int left) in ((long, int)[])[(0, 10), (4, 6), (4, 6), (2, 6), (9, 1)])
        {
            await scene.One.DeleteUpToAsync(number);
            await scene.ExpectOnlyAsync(records[^left..]);
        }

        await scene.ExpectRefusedAsync("a number that was deleted", AuditStoreScene.Seal(records[3].Head, 1));
        AuditRecord[] next = AuditStoreScene.Seal(records[^1].Head, 2);
        await scene.ExpectAppendedAsync(next);
        await scene.ExpectOnlyAsync([records[^1], .. next]);
    }

    public static async Task Thousands_of_records_are_deleted(AuditStoreScene scene)
    {
        AuditRecord[] records = AuditStoreScene.Seal(AuditHead.None, 2_500);
        foreach (AuditRecord[] some in records.Chunk(500))
            await scene.ExpectAppendedAsync(some);
        await scene.One.DeleteUpToAsync(2_490);
        await scene.ExpectOnlyAsync(records[2_490..]);
    }

    public static async Task The_records_are_kept_when_the_store_is_opened_again(AuditStoreScene scene)
    {
        AuditRecord[] records = await scene.FillAsync(5);
        await scene.One.DeleteUpToAsync(2);
        await scene.One.FlushAsync();
        await scene.ReopenAsync();
        await scene.ExpectOnlyAsync(records[2..]);
        await scene.ExpectRefusedAsync("the first record of another trail", AuditStoreScene.Seal(AuditHead.None, 1));
        AuditRecord[] next = AuditStoreScene.Seal(records[^1].Head, 1);
        await scene.ExpectAppendedAsync(next);
        await scene.ReopenAsync();
        await scene.ExpectOnlyAsync([.. records[2..], .. next]);
    }

    public static async Task A_canceled_call_throws_and_changes_nothing(AuditStoreScene scene)
    {
        AuditRecord[] records = await scene.FillAsync(3);
        await Expect.CanceledAsync(
            async token => await scene.One.TryAppendAsync(AuditStoreScene.Seal(records[^1].Head, 1), token), nameof(IAuditStore.TryAppendAsync));
        await Expect.CanceledAsync(async token => await scene.One.ReadBeforeAsync(3, 1, token), nameof(IAuditStore.ReadBeforeAsync));
        await Expect.CanceledAsync(async token => await scene.One.ReadAfterAsync(1, 1, token), nameof(IAuditStore.ReadAfterAsync));
        await Expect.CanceledAsync(async token => await scene.One.DeleteUpToAsync(2, token), nameof(IAuditStore.DeleteUpToAsync));
        await scene.ExpectOnlyAsync(records);
    }
}
