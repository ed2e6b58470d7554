using System.Runtime.Versioning;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Authentication;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.Authentication;

[TestClass]
public sealed class TicketKeyRingTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly ListLogger<TicketKeyRing> _log = new();
    private readonly ServerProblems _problems = new();

    private string KeyFile => _folder.File("data/ticket-keys.json");

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void A_key_survives_a_restart()
    {
        TicketKey key = Open().Current;

        Assert.AreEqual(Text(key), Text(Open().Current));
        Assert.IsEmpty(_log.Entries);
    }

    [TestMethod]
    public void A_key_is_replaced_after_a_day_and_kept_for_another()
    {
        TicketKeyRing ring = Open();
        TicketKey first = ring.Current;
        _time.Advance(TimeSpan.FromHours(23));
        ring.RotateIfDue();
        Assert.AreSame(first, ring.Current);

        _time.Advance(TimeSpan.FromHours(1));
        ring.RotateIfDue();
        TicketKey second = ring.Current;
        Assert.AreNotSame(first, second);
        Assert.AreEqual(Text(first), Text(Open().Find(first.Id)));

        _time.Advance(TimeSpan.FromHours(23));
        ring.RotateIfDue();
        Assert.IsNotNull(ring.Find(first.Id));
        _time.Advance(TimeSpan.FromHours(1));
        ring.RotateIfDue();
        Assert.IsNull(ring.Find(first.Id));
        Assert.IsNotNull(ring.Find(second.Id));
    }

    [TestMethod]
    public void A_key_that_is_due_at_the_start_is_replaced_then()
    {
        TicketKey first = Open().Current;
        _time.Advance(TimeSpan.FromHours(30));
        TicketKeyRing ring = Open();

        Assert.AreNotEqual(first.Id, ring.Current.Id);
        Assert.IsNotNull(ring.Find(first.Id));
    }

    [TestMethod]
    public void A_key_of_a_clock_that_was_wrong_by_days_is_replaced()
    {
        TicketKey first = Open(new FakeTimeProvider(_time.GetUtcNow().AddDays(400))).Current;

        Assert.AreNotEqual(first.Id, Open().Current.Id);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("{")]
    [DataRow("null")]
    [DataRow("""{"keys":null}""")]
    [DataRow("""{"keys":[null]}""")]
    [DataRow("""{"keys":[{"id":1,"secret":"AAAA","created":"2030-01-01T00:00:00Z"}]}""")]
    [DataRow("""{"keys":[{"id":1,"secret":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}]}""")]
    [DataRow("""{"keys":[{"id":-1,"secret":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","created":"2030-01-01T00:00:00Z"}]}""")]
    public void A_damaged_file_is_replaced_with_one_warning(string content)
    {
        Directory.CreateDirectory(_folder.File("data"));
        File.WriteAllText(KeyFile, content);
        TicketKey key = Open().Current;

        string warning = _log.Entries.Single(entry => !entry.Message.Contains("chmod", StringComparison.Ordinal)).Message;
        StringAssert.Contains(warning, KeyFile);
        StringAssert.Contains(warning, "new keys for tickets");
        Assert.AreEqual(Text(key), Text(Open().Current));
    }

    [TestMethod]
    public void A_truncated_file_is_replaced_at_every_length()
    {
        _ = Open();
        byte[] whole = File.ReadAllBytes(KeyFile);
        for (int length = 0; length < whole.Length; length++)
        {
            _log.Entries.Clear();
            File.WriteAllBytes(KeyFile, whole[..length]);
            TicketKey key = Open().Current;
            Assert.HasCount(1, _log.Entries);
            Assert.AreEqual(Text(key), Text(Open().Current));
        }
    }

    [TestMethod]
    public void A_file_that_cannot_be_written_is_a_problem_until_it_can_be()
    {
        Directory.CreateDirectory(_folder.File("data"));
        Directory.CreateDirectory(KeyFile + ".new");
        TicketKeyRing ring = Open();
        TicketKey key = ring.Current;
        ring.RotateIfDue();
        Assert.AreEqual("ticket-keys", _problems.Current.Single().Name);
        Assert.HasCount(1, _log.Entries);

        Directory.Delete(KeyFile + ".new");
        _time.Advance(TimeSpan.FromMinutes(1));
        ring.RotateIfDue();
        Assert.IsEmpty(_problems.Current);
        Assert.AreSame(key, ring.Current);
        Assert.AreEqual(Text(key), Text(Open().Current));
    }

    [TestMethod]
    public void A_key_stays_in_use_while_its_successor_cannot_be_written()
    {
        TicketKeyRing ring = Open();
        TicketKey key = ring.Current;
        Directory.CreateDirectory(KeyFile + ".new");
        for (int day = 0; day < 3; day++)
        {
            _time.Advance(TimeSpan.FromDays(1));
            ring.RotateIfDue();
            Assert.AreSame(key, ring.Current);
        }

        Directory.Delete(KeyFile + ".new");
        _time.Advance(TimeSpan.FromMinutes(1));
        ring.RotateIfDue();
        Assert.AreNotSame(key, ring.Current);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    [UnsupportedOSPlatform("windows")]
    public void The_file_belongs_to_its_owner_only()
    {
        _ = Open();

        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
    }

    private static string Text(TicketKey? key) => $"{key?.Id} {Convert.ToHexString(key?.Secret ?? [])} {key?.Created:O}";

    private TicketKeyRing Open(TimeProvider? time = null) => new(KeyFile, time ?? _time, _log, _problems);
}
