using System.Globalization;
using LiteDB;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Auditing;

namespace ServerLib.Tests.Auditing;

/// <summary>Verification detects changes to the files of an audit trail.</summary>
[TestClass]
public sealed class AuditTamperingTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));
    private readonly AuditFolder _folder;

    public AuditTamperingTests() => _folder = new AuditFolder(_time);

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
    public async Task A_changed_entry_is_detected(string field, object value)
    {
        await _folder.FillAsync(9);
        _folder.Tamper(entries =>
        {
            BsonDocument entry = entries.FindById(4L);
            entry[field] = new BsonValue(value);
            entries.Update(entry);
        });

        AuditCheck check = await _folder.CheckAsync();
        Assert.AreEqual((4, "entry 4 was changed"), (check.FirstInvalid, check.Problem));
        Assert.AreEqual(4, check.Newest!.Number);
    }

    [TestMethod]
    public async Task An_entry_changed_with_its_hash_is_detected_by_the_next_entry_or_a_head()
    {
        await _folder.FillAsync(9);
        AuditHead head = (await _folder.ReadAsync())[9].Head;
        _folder.Tamper(entries => Rewrite(entries, 10));
        Assert.AreEqual("sound", await _folder.VerifyAsync());
        Assert.AreEqual("entry 10 does not match the given head", await _folder.VerifyAsync(head));

        _folder.Tamper(entries => Rewrite(entries, 5));
        Assert.AreEqual("entry 5 does not match the hash in entry 6", await _folder.VerifyAsync(head));
        Assert.AreEqual(5, (await _folder.CheckAsync()).FirstInvalid);
    }

    [TestMethod]
    [DataRow("5", "entry 5 is missing")]
    [DataRow("1", "entry 1 is missing")]
    [DataRow("5 6 7 9", "entries 5 to 7 are missing")]
    [DataRow("10", "sound")]
    [DataRow("9 10", "sound")]
    public async Task A_removed_entry_is_detected_if_others_follow(string removed, string expected)
    {
        await _folder.FillAsync(9);
        Remove(removed);
        Assert.AreEqual(expected, await _folder.VerifyAsync());
    }

    [TestMethod]
    [DataRow("10", "entry 10 is missing")]
    [DataRow("8 9 10", "entries 8 to 10 are missing")]
    [DataRow("1 2 3 4 5 6 7 8 9 10", "entries 1 to 10 are missing")]
    public async Task A_removed_end_is_detected_with_a_head(string removed, string expected)
    {
        await _folder.FillAsync(9);
        AuditHead head = (await _folder.ReadAsync())[^1].Head;
        Remove(removed);
        Assert.AreEqual(expected, await _folder.VerifyAsync(head));
    }

    [TestMethod]
    public async Task A_replaced_end_is_detected_with_a_head()
    {
        await _folder.FillAsync(9);
        AuditHead head = (await _folder.ReadAsync())[^1].Head;
        Remove("9 10");
        await _folder.FillAsync(5);

        Assert.AreEqual("sound", await _folder.VerifyAsync());
        Assert.AreEqual("entry 10 does not match the given head", await _folder.VerifyAsync(head));
    }

    [TestMethod]
    public async Task A_replaced_file_is_detected_with_a_head()
    {
        await _folder.FillAsync(9);
        AuditHead head = (await _folder.ReadAsync())[^1].Head;
        File.Delete(_folder.File);
        await _folder.FillAsync(1);
        Assert.AreEqual("entries 3 to 10 are missing", await _folder.VerifyAsync(head));
    }

    [TestMethod]
    public async Task Swapped_entries_are_detected()
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
    public async Task An_inserted_entry_is_detected(object number)
    {
        await _folder.FillAsync(9);
        _folder.Tamper(entries =>
        {
            BsonDocument entry = entries.FindById(4L);
            entry["_id"] = new BsonValue(number);
            entries.Insert(entry);
        });
        Assert.AreEqual("an entry has an invalid number", await _folder.VerifyAsync());
    }

    [TestMethod]
    public async Task Removed_hashes_are_detected()
    {
        await _folder.FillAsync(9);
        Strip(8);
        Assert.AreEqual("entry 8 has lost its hash", await _folder.VerifyAsync());
        Strip(1);
        Assert.AreEqual("entry 1 has lost its hash", await _folder.VerifyAsync());
    }

    [TestMethod]
    public async Task The_first_entry_with_a_hash_has_to_start_a_chain()
    {
        _folder.MakeOld(firstNumber: 1, count: 3);
        await _folder.FillAsync(2);
        Strip(4, AuditEvent.Logon);
        Assert.AreEqual("entry 4 does not match the hash in entry 5", await _folder.VerifyAsync());
        _folder.Tamper(entries =>
        {
            AuditRecord forged = AuditDocument.Read(entries.FindById(5L)) with { Previous = AuditHead.NoHash };
            entries.Update(AuditDocument.Write(forged with { Hash = forged.ComputeHash() }));
        });
        Assert.AreEqual("entry 5 is the first with a hash, but does not start a chain", await _folder.VerifyAsync());
    }

    [TestMethod]
    public async Task An_interrupted_deletion_is_sound_and_one_that_goes_too_far_is_not()
    {
        await _folder.FillAsync(9);
        AuditHead fifth = (await _folder.ReadAsync())[4].Head;
        _folder.Tamper(entries =>
        {
            AuditRecord newest = AuditDocument.Read(entries.FindById(10L));
            entries.Insert(AuditDocument.Write(AuditRecord.Seal(new ChainStart(newest.Head, fifth).ToEntry(_time.GetUtcNow()), newest.Head)));
        });
        Assert.AreEqual("sound", await _folder.VerifyAsync());
        Remove("1 2");
        Assert.AreEqual("sound", await _folder.VerifyAsync());
        Remove("3 4 5");
        Assert.AreEqual("sound", await _folder.VerifyAsync());
        Remove("6");
        Assert.AreEqual("entries 1 to 6 are missing", await _folder.VerifyAsync());
    }

    public void Dispose() => _folder.Dispose();

    private static void Rewrite(ILiteCollection<BsonDocument> entries, long number)
    {
        AuditRecord entry = AuditDocument.Read(entries.FindById(number));
        AuditRecord forged = entry with { Entry = entry.Entry with { Name = "mallory" } };
        entries.Update(AuditDocument.Write(forged with { Hash = forged.ComputeHash() }));
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
