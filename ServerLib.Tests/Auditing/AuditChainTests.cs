using System.Globalization;
using LiteDB;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Auditing;

namespace ServerLib.Tests.Auditing;

/// <summary>That whoever tampers with the audit trail is found out.</summary>
[TestClass]
public sealed class AuditChainTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));
    private readonly AuditFolder _folder;

    public AuditChainTests() => _folder = new AuditFolder(_time);

    [TestMethod]
    public async Task A_trail_begins_with_the_start_of_its_chain_which_goes_on_over_a_restart()
    {
        await _folder.FillAsync(2);
        await _folder.FillAsync(2);

        List<SealedEntry> entries = await _folder.ReadAsync();
        CollectionAssert.AreEqual(
            (string[])["1 ChainStarted SERVER ", "2 Logon user1 ", "3 Logon user2 ", "4 Logon user1 ", "5 Logon user2 "],
            entries.Select(e => $"{e.Number} {e.Entry.Event} {e.Entry.Name} {e.Entry.Detail}").ToArray());
        Assert.AreEqual(AuditHead.NoHash, entries[0].Previous);
        for (int i = 1; i < entries.Count; i++)
            Assert.AreEqual(entries[i - 1].Hash, entries[i].Previous);
        Assert.AreEqual("sound", await _folder.VerifyAsync(entries[4].Head, entries[2].Head));
    }

    [TestMethod]
    public void The_hash_is_that_of_the_bytes_that_the_documentation_names()
    {
        var entry = new SealedEntry(
            2,
            new AuditEntry(DateTimeOffset.FromUnixTimeMilliseconds(1_000), AuditEvent.Banned, "zoé", "::1", "ada", "spam"),
            string.Concat(Enumerable.Repeat("ab", 32)),
            AuditHead.NoHash);
        const string Bytes =
            "01" + "abababababababababababababababababababababababababababababababab" + "0000000000000002" + "00000000000003e8" + "00000008"
            + "00000004" + "7a6fc3a9" + "00000003" + "3a3a31" + "00000003" + "616461" + "00000004" + "7370616d";

        Assert.AreEqual(
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Convert.FromHexString(Bytes))), entry.ComputeHash());
    }

    [TestMethod]
    [DataRow("a", "bc", "", "")]
    [DataRow("abc", "", "", "")]
    [DataRow("", "abc", "", "")]
    [DataRow("", "", "ab", "c")]
    [DataRow("", "", "", "abc")]
    public void No_two_entries_are_hashed_alike(string name, string address, string actor, string detail)
    {
        SealedEntry other = Seal("ab", "c", "", "");
        Assert.AreNotEqual(other.Hash, Seal(name, address, actor, detail).Hash);
        Assert.AreEqual(other.Hash, Seal("ab", "c", "", "").Hash);

        static SealedEntry Seal(string name, string address, string actor, string detail) => SealedEntry.Seal(
            new AuditEntry(DateTimeOffset.UnixEpoch, AuditEvent.Logon, name, address, actor, detail), AuditHead.None);
    }

    [TestMethod]
    [DataRow("Time", 5L)]
    [DataRow("Event", 2)]
    [DataRow("Name", "mallory")]
    [DataRow("Name", 7)]
    [DataRow("Address", "10.0.0.1:1")]
    [DataRow("Actor", "console")]
    [DataRow("Detail", "nothing")]
    [DataRow("Time", "x")]
    [DataRow("Time", long.MaxValue)]
    [DataRow("Hash", "x")]
    public async Task A_changed_entry_is_found(string field, object value)
    {
        await _folder.FillAsync(9);
        _folder.Tamper(entries =>
        {
            BsonDocument entry = entries.FindById(4L);
            entry[field] = new BsonValue(value);
            entries.Update(entry);
        });

        AuditVerdict verdict = await _folder.VerdictAsync();
        Assert.AreEqual(new AuditFault(4, "entry 4 was changed"), verdict.Fault);
        Assert.AreEqual(4, verdict.Newest!.Number);
    }

    [TestMethod]
    public async Task An_entry_that_was_changed_with_its_hash_is_found_by_the_one_after_it_and_at_the_end_by_a_head()
    {
        await _folder.FillAsync(9);
        AuditHead head = (await _folder.ReadAsync())[9].Head;
        _folder.Tamper(entries => Rewrite(entries, 10));
        Assert.AreEqual("sound", await _folder.VerifyAsync());
        Assert.AreEqual("entry 10 is not the one that the head names", await _folder.VerifyAsync(head));

        _folder.Tamper(entries => Rewrite(entries, 5));
        Assert.AreEqual("entry 5 is not the one that entry 6 follows", await _folder.VerifyAsync(head));
        Assert.AreEqual(5, (await _folder.VerdictAsync()).Fault!.Number);
    }

    [TestMethod]
    [DataRow("5", "entry 5 is missing")]
    [DataRow("1", "entry 1 is missing")]
    [DataRow("5 6 7 9", "entries 5 to 7 are missing")]
    [DataRow("10", "sound")]
    [DataRow("9 10", "sound")]
    public async Task A_removed_entry_is_found_where_others_follow_it(string removed, string expected)
    {
        await _folder.FillAsync(9);
        Remove(removed);
        Assert.AreEqual(expected, await _folder.VerifyAsync());
    }

    [TestMethod]
    [DataRow("10", "entry 10 is missing")]
    [DataRow("8 9 10", "entries 8 to 10 are missing")]
    [DataRow("1 2 3 4 5 6 7 8 9 10", "entries 1 to 10 are missing")]
    public async Task An_end_that_was_cut_off_is_found_with_a_head(string removed, string expected)
    {
        await _folder.FillAsync(9);
        AuditHead head = (await _folder.ReadAsync())[^1].Head;
        Remove(removed);
        Assert.AreEqual(expected, await _folder.VerifyAsync(head));
    }

    [TestMethod]
    public async Task An_end_that_was_cut_off_and_grew_again_is_found_with_a_head()
    {
        await _folder.FillAsync(9);
        AuditHead head = (await _folder.ReadAsync())[^1].Head;
        Remove("9 10");
        await _folder.FillAsync(5);

        Assert.AreEqual("sound", await _folder.VerifyAsync());
        Assert.AreEqual("entry 10 is not the one that the head names", await _folder.VerifyAsync(head));
    }

    [TestMethod]
    public async Task A_file_that_was_moved_away_is_found_with_a_head()
    {
        await _folder.FillAsync(9);
        AuditHead head = (await _folder.ReadAsync())[^1].Head;
        File.Delete(_folder.File);
        await _folder.FillAsync(1);
        Assert.AreEqual("entries 3 to 10 are missing", await _folder.VerifyAsync(head));
    }

    [TestMethod]
    public async Task Entries_in_each_others_place_are_found()
    {
        await _folder.FillAsync(9);
        _folder.Tamper(entries =>
        {
            BsonDocument one = entries.FindById(4L), other = entries.FindById(7L);
            (one["_id"], other["_id"]) = (7L, 4L);
            entries.Update(one);
            entries.Update(other);
        });
        Assert.AreEqual("entry 4 was changed", await _folder.VerifyAsync());
    }

    [TestMethod]
    [DataRow("x")]
    [DataRow(4.5)]
    [DataRow(0L)]
    public async Task An_entry_that_was_put_in_is_found(object number)
    {
        await _folder.FillAsync(9);
        _folder.Tamper(entries =>
        {
            BsonDocument entry = entries.FindById(4L);
            entry["_id"] = new BsonValue(number);
            entries.Insert(entry);
        });
        Assert.AreEqual("an entry has no number that could be its own", await _folder.VerifyAsync());
    }

    [TestMethod]
    public async Task Hashes_that_were_taken_away_are_missed()
    {
        await _folder.FillAsync(9);
        Strip(8);
        Assert.AreEqual("entry 8 has lost its hash", await _folder.VerifyAsync());
        Strip(1);
        Assert.AreEqual("entry 1 has lost its hash", await _folder.VerifyAsync());
    }

    [TestMethod]
    public async Task An_entry_with_a_hash_after_those_without_has_to_begin_a_chain()
    {
        _folder.MakeOld(firstNumber: 1, count: 3);
        await _folder.FillAsync(2);
        Strip(4, AuditEvent.Logon);
        Assert.AreEqual("entry 4 is not the one that entry 5 follows", await _folder.VerifyAsync());
        _folder.Tamper(entries =>
        {
            SealedEntry forged = SealedEntry.FromDocument(entries.FindById(5L)) with { Previous = AuditHead.NoHash };
            entries.Update((forged with { Hash = forged.ComputeHash() }).ToDocument());
        });
        Assert.AreEqual("entry 5 is the first with a hash, and begins no chain", await _folder.VerifyAsync());
    }

    [TestMethod]
    public async Task An_old_file_without_hashes_is_gone_on_with()
    {
        _folder.MakeOld(firstNumber: 41, count: 3);
        await _folder.FillAsync(1);

        List<SealedEntry> entries = await _folder.ReadAsync();
        string none = AuditHead.NoHash;
        CollectionAssert.AreEqual(
            (string[])["41 Logon ", "42 Logon ", "43 Logon ", $"44 ChainStarted after 43:{none}, deleted up to 40:{none}", "45 Logon "],
            entries.Select(e => $"{e.Number} {e.Entry.Event} {e.Entry.Detail}").ToArray());
        AuditVerdict verdict = await _folder.VerdictAsync();
        Assert.IsNull(verdict.Fault);
        Assert.AreEqual(3, verdict.Unsealed);

        Remove("42");
        Assert.AreEqual("entry 42 is missing", await _folder.VerifyAsync());
        Remove("44");
        Assert.AreEqual("entries 1 to 40 are missing", await _folder.VerifyAsync());
    }

    [TestMethod]
    public async Task A_chain_holds_after_its_beginning_was_deleted()
    {
        const int Old = (2 * AuditTrail.DeleteChunk) + 5;
        await _folder.FillAsync(Old);
        AuditHead early = (await _folder.ReadAsync())[6].Head, last = (await _folder.ReadAsync())[^1].Head;
        _time.Advance(TimeSpan.FromDays(2));
        await using (AuditTrail trail = _folder.Open())
        {
            while ((await trail.ReadNewestAsync(int.MaxValue)).Count > 1)
                Guard.NewToken().ThrowIfCancellationRequested();
            trail.Write(AuditEvent.Logon, "new");
        }

        List<SealedEntry> entries = await _folder.ReadAsync();
        Assert.HasCount(2, entries);
        Assert.AreEqual(Old + 1, last.Number);
        Assert.AreEqual($"after {last}, deleted up to {last}", entries[0].Entry.Detail);
        Assert.AreEqual(last.Hash, entries[0].Previous);
        Assert.AreEqual("sound", await _folder.VerifyAsync(last, entries[1].Head));

        AuditVerdict verdict = await _folder.VerdictAsync(early, last);
        Assert.IsNull(verdict.Fault);
        CollectionAssert.AreEqual((AuditHead[])[early], verdict.Unknown.ToArray());
        Assert.AreEqual(
            $"entry {last.Number} is not the one that the head names", await _folder.VerifyAsync(last with { Hash = early.Hash }));
    }

    [TestMethod]
    public async Task A_deletion_that_was_broken_off_is_no_fault_and_one_that_goes_too_far_is()
    {
        await _folder.FillAsync(9);
        AuditHead fifth = (await _folder.ReadAsync())[4].Head;
        _folder.Tamper(entries =>
        {
            SealedEntry newest = SealedEntry.FromDocument(entries.FindById(10L));
            entries.Insert(SealedEntry.Seal(
                new AuditEntry(_time.GetUtcNow(), AuditEvent.ChainStarted, "SERVER", "", "", new ChainStart(newest.Head, fifth).ToString()),
                newest.Head).ToDocument());
        });
        Assert.AreEqual("sound", await _folder.VerifyAsync());
        Remove("1 2");
        Assert.AreEqual("sound", await _folder.VerifyAsync());
        Remove("3 4 5");
        Assert.AreEqual("sound", await _folder.VerifyAsync());
        Remove("6");
        Assert.AreEqual("entries 1 to 6 are missing", await _folder.VerifyAsync());
    }

    [TestMethod]
    [DataRow("1:0000000000000000000000000000000000000000000000000000000000000aBc", true)]
    [DataRow("9223372036854775807:0000000000000000000000000000000000000000000000000000000000000abc", true)]
    [DataRow("9223372036854775808:0000000000000000000000000000000000000000000000000000000000000abc", false)]
    [DataRow("-1:0000000000000000000000000000000000000000000000000000000000000abc", false)]
    [DataRow("1:000000000000000000000000000000000000000000000000000000000000abc", false)]
    [DataRow("1:0000000000000000000000000000000000000000000000000000000000000abg", false)]
    [DataRow("1", false)]
    [DataRow("", false)]
    public void A_head_is_a_number_and_a_hash(string text, bool isHead)
    {
        Assert.AreEqual(isHead, AuditHead.TryParse(text, out AuditHead? head));
        Assert.AreEqual(isHead ? text.ToLowerInvariant() : null, head?.ToString());
    }

    public void Dispose() => _folder.Dispose();

    private static void Rewrite(ILiteCollection<BsonDocument> entries, long number)
    {
        SealedEntry entry = SealedEntry.FromDocument(entries.FindById(number));
        SealedEntry forged = entry with { Entry = entry.Entry with { Name = "mallory" } };
        entries.Update((forged with { Hash = forged.ComputeHash() }).ToDocument());
    }

    private void Strip(long number, AuditEvent? what = null) => _folder.Tamper(entries =>
    {
        BsonDocument entry = entries.FindById(number);
        entry.Remove("Previous");
        entry.Remove("Hash");
        entry["Event"] = (int?)what ?? entry["Event"];
        entries.Update(entry);
    });

    private void Remove(string numbers) => _folder.Tamper(entries =>
    {
        foreach (string number in numbers.Split(' '))
            Assert.IsTrue(entries.Delete(long.Parse(number, CultureInfo.InvariantCulture)));
    });
}
