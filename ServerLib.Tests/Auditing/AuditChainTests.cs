using System.Globalization;
using LiteDB;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Auditing;

namespace ServerLib.Tests.Auditing;

/// <summary>The hashes of the entries, and the chains that they form.</summary>
[TestClass]
public sealed class AuditChainTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));
    private readonly AuditFolder _folder;

    public AuditChainTests() => _folder = new AuditFolder(_time);

    [TestMethod]
    public async Task A_chain_starts_with_its_own_entry_and_continues_after_a_restart()
    {
        await _folder.FillAsync(2);
        await _folder.FillAsync(2);

        List<AuditRecord> entries = await _folder.ReadAsync();
        CollectionAssert.AreEqual(
            (string[])["1 ChainStarted SERVER ", "2 Logon user1 ", "3 Logon user2 ", "4 Logon user1 ", "5 Logon user2 "],
            entries.Select(e => $"{e.Number} {e.Entry.Event} {e.Entry.Name} {e.Entry.Detail}").ToArray());
        Assert.AreEqual(AuditHead.NoHash, entries[0].Previous);
        for (int i = 1; i < entries.Count; i++)
            Assert.AreEqual(entries[i - 1].Hash, entries[i].Previous);
        Assert.AreEqual("sound", await _folder.VerifyAsync(entries[4].Head, entries[2].Head));
    }

    [TestMethod]
    public void The_hash_covers_the_bytes_that_the_documentation_lists()
    {
        var entry = new AuditRecord(
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
    public void Different_entries_have_different_hashes(string name, string address, string actor, string detail)
    {
        AuditRecord other = Seal("ab", "c", "", "");
        Assert.AreNotEqual(other.Hash, Seal(name, address, actor, detail).Hash);
        Assert.AreEqual(other.Hash, Seal("ab", "c", "", "").Hash);

        static AuditRecord Seal(string name, string address, string actor, string detail) => AuditRecord.Seal(
            new AuditEntry(DateTimeOffset.UnixEpoch, AuditEvent.Logon, name, address, actor, detail), AuditHead.None);
    }

    [TestMethod]
    public async Task A_file_without_hashes_continues_with_hashes()
    {
        _folder.MakeOld(firstNumber: 41, count: 3);
        await _folder.FillAsync(1);

        List<AuditRecord> entries = await _folder.ReadAsync();
        string none = AuditHead.NoHash;
        CollectionAssert.AreEqual(
            (string[])["41 Logon ", "42 Logon ", "43 Logon ", $"44 ChainStarted after 43:{none}, deleted up to 40:{none}", "45 Logon "],
            entries.Select(e => $"{e.Number} {e.Entry.Event} {e.Entry.Detail}").ToArray());
        AuditCheck check = await _folder.CheckAsync();
        Assert.IsTrue(check.IsIntact);
        Assert.AreEqual(3, check.WithoutHash);

        Remove("42");
        Assert.AreEqual("entry 42 is missing", await _folder.VerifyAsync());
        Remove("44");
        Assert.AreEqual("entries 1 to 40 are missing", await _folder.VerifyAsync());
    }

    [TestMethod]
    public async Task A_trail_verifies_after_expired_entries_are_deleted()
    {
        const int Old = (2 * LiteDbAuditStore.ChunkSize) + 5;
        await _folder.FillAsync(Old);
        AuditHead early = (await _folder.ReadAsync())[6].Head, last = (await _folder.ReadAsync())[^1].Head;
        _time.Advance(TimeSpan.FromDays(2));
        await using (AuditTrail trail = _folder.Open())
        {
            await trail.Deleting.WaitAsync(Guard.NewToken());
            trail.Write(AuditEvent.Logon, "new");
        }

        List<AuditRecord> entries = await _folder.ReadAsync();
        Assert.HasCount(2, entries);
        Assert.AreEqual(Old + 1, last.Number);
        Assert.AreEqual($"after {last}, deleted up to {last}", entries[0].Entry.Detail);
        Assert.AreEqual(last.Hash, entries[0].Previous);
        Assert.AreEqual("sound", await _folder.VerifyAsync(last, entries[1].Head));

        AuditCheck check = await _folder.CheckAsync(early, last);
        Assert.IsTrue(check.IsIntact);
        CollectionAssert.AreEqual((string[])[$"{early}"], check.UnknownHeads.ToArray());
        Assert.AreEqual(
            $"entry {last.Number} does not match the given head", await _folder.VerifyAsync(last with { Hash = early.Hash }));
    }

    [TestMethod]
    public async Task Entries_are_kept_when_the_clock_has_jumped_ahead_until_it_has_run_for_days()
    {
        await _folder.FillAsync(700);
        long before = (await _folder.ReadAsync())[^1].Number;
        var ahead = new FakeTimeProvider(_time.GetUtcNow().AddYears(43));
        var logger = new Server.ListLogger<AuditTrail>();
        for (int start = 0; start < 2; start++)
        {
            await using var trail = new AuditTrail(_folder.Path, TimeSpan.FromDays(90), ahead, logger);
            await trail.Deleting.WaitAsync(Guard.NewToken());
            trail.Write(AuditEvent.Started, "SERVER");
        }

        Assert.HasCount((int)before + 2, await _folder.ReadAsync());
        Assert.AreEqual(2, logger.Entries.Count(e => e.Message.Contains("the clock may be wrong", StringComparison.Ordinal)));

        await using (var trail = new AuditTrail(_folder.Path, TimeSpan.FromDays(90), ahead))
        {
            await trail.Deleting.WaitAsync(Guard.NewToken());
            ahead.Advance(TimeSpan.FromDays(8));
            await trail.Deleting.WaitAsync(Guard.NewToken());
        }

        Assert.HasCount(3, await _folder.ReadAsync());
        Assert.AreEqual("sound", await _folder.VerifyAsync());
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
    public void TryParse_reads_a_number_and_a_hash(string text, bool isHead)
    {
        Assert.AreEqual(isHead, AuditHead.TryParse(text, out AuditHead? head));
        Assert.AreEqual(isHead ? text.ToLowerInvariant() : null, head?.ToString());
    }

    public void Dispose() => _folder.Dispose();

    private void Remove(string numbers) => _folder.Tamper(entries =>
    {
        foreach (string number in numbers.Split(' '))
            Assert.IsTrue(entries.Delete(long.Parse(number, CultureInfo.InvariantCulture)));
    });
}
