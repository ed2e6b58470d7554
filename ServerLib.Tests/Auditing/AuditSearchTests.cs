using System.Net;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Auditing;
using ServerLib.RateLimiting;

namespace ServerLib.Tests.Auditing;

[TestClass]
public sealed class AuditSearchTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Start);
    private readonly AuditFolder _folder;
    private readonly AuditTrail _trail;

    public AuditSearchTests()
    {
        _folder = new AuditFolder(_time);
        _trail = _folder.Open(retention: TimeSpan.FromDays(3_650));
        Write(AuditEvent.Logon, "Ada", "127.0.0.1:1");
        Write(AuditEvent.FailedLogin, "bob", "10.1.2.3:4");
        Write(AuditEvent.Kicked, "ADA", "[2001:db8::1]:5", "console");
        Write(AuditEvent.Banned, "10.0.0.0/8", "10.0.0.0/8", "ada", "spam");
        Write(AuditEvent.FailedLogin, "bo\u001bb", "a pipe");

        void Write(AuditEvent what, string name, string address, string actor = "", string detail = "")
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            _trail.Write(what, name, address, actor, detail);
        }
    }

    [TestMethod]
    public async Task An_application_can_read_and_verify_the_trail()
    {
        CancellationToken guard = Guard.NewToken();
        IReadOnlyList<AuditEntry> all = await _trail.ReadAsync(cancellationToken: guard);
        Assert.HasCount(6, all);
        IReadOnlyList<AuditEntry> failed = await _trail.ReadAsync(
            new AuditFilter { Events = new HashSet<AuditEvent> { AuditEvent.FailedLogin } }, limit: 1, guard);
        Assert.AreEqual(all[^1], failed.Single());
        AuditEntry newest = failed.Single();
        Assert.AreEqual(
            new AuditEntry(Start.AddMinutes(5), AuditEvent.FailedLogin, "bo\u001bb", "a pipe") { Number = 6, Hash = newest.Hash }, newest);
        CollectionAssert.AreEqual(new long[] { 1, 2, 3, 4, 5, 6 }, all.Select(entry => entry.Number).ToArray());
        Assert.AreEqual((await _trail.VerifyAsync(cancellationToken: guard)).Head, $"{newest.Number}:{newest.Hash}");
        await Assert.ThrowsExactlyAsync<ArgumentOutOfRangeException>(() => _trail.ReadAsync(limit: 0, cancellationToken: guard));

        AuditCheck check = await _trail.VerifyAsync(cancellationToken: guard);
        Assert.IsTrue(check.IsIntact);
        StringAssert.StartsWith(check.Head, "6:");
        Assert.IsTrue((await _trail.VerifyAsync([check.Head!], guard)).IsIntact);
        AuditCheck cut = await _trail.VerifyAsync([$"7:{check.Head![2..]}"], guard);
        Assert.AreEqual((false, (long?)7, "entry 7 is missing"), (cut.IsIntact, cut.FirstInvalid, cut.Problem));
        await Assert.ThrowsExactlyAsync<ArgumentException>(() => _trail.VerifyAsync(["7:x"], guard));
    }

    [TestMethod]
    public async Task ReadAsync_returns_the_newest_entry_last() => Assert.AreEqual("1 2 3 4 5 6", await FindAsync(new()));

    [TestMethod]
    [DataRow("ada", "2 4")]
    [DataRow("nobody", "")]
    public async Task The_name_filter_compares_names_as_at_a_login(string name, string expected) =>
        Assert.AreEqual(expected, await FindAsync(new() { Name = name }));

    [TestMethod]
    [DataRow("console", "4")]
    [DataRow("Ada", "5")]
    public async Task The_actor_filter_finds_entries_by_their_actor(string actor, string expected) =>
        Assert.AreEqual(expected, await FindAsync(new() { Actor = actor }));

    [TestMethod]
    [DataRow("10.1.2.3/32", "3")]
    [DataRow("10.0.0.0/8", "3 5")]
    [DataRow("2001:db8::/32", "4")]
    [DataRow("0.0.0.0/0", "2 3 5")]
    [DataRow("::ffff:10.0.0.0/104", "3 5")]
    public async Task The_network_filter_finds_entries_by_their_address(string network, string expected)
    {
        Assert.IsTrue(AddressBlock.TryParse(network, out AddressBlock addresses));
        Assert.AreEqual(expected, await FindAsync(new() { Addresses = addresses }));
        Assert.AreEqual(expected, await FindAsync(new() { Network = IPNetwork.Parse(network) }));
    }

    [TestMethod]
    public async Task The_event_filter_finds_entries_by_their_event() =>
        Assert.AreEqual("3 5 6", await FindAsync(new() { Events = new HashSet<AuditEvent> { AuditEvent.FailedLogin, AuditEvent.Banned } }));

    [TestMethod]
    public async Task Since_is_inclusive_and_until_is_exclusive() =>
        Assert.AreEqual("3 4", await FindAsync(new() { Since = Start.AddMinutes(2), Until = Start.AddMinutes(4) }));

    [TestMethod]
    public async Task An_entry_has_to_match_all_filters() =>
        Assert.AreEqual("4", await FindAsync(new() { Name = "ada", Actor = "console", Since = Start }));

    [TestMethod]
    [DataRow(2, "5 6")]
    [DataRow(5, "2 3 4 5 6")]
    [DataRow(6, "1 2 3 4 5 6")]
    [DataRow(7, "1 2 3 4 5 6")]
    public async Task ReadAsync_returns_the_newest_entries_up_to_the_limit(int limit, string expected)
    {
        IReadOnlyList<AuditEntry> found = await _trail.ReadAsync(limit: limit, cancellationToken: Guard.NewToken());
        Assert.AreEqual(expected, string.Join(' ', found.Select(entry => entry.Number)));
    }

    [TestMethod]
    public async Task Old_entries_are_found_behind_many_new_ones_or_a_wrong_clock()
    {
        for (int i = 0; i < 2 * AuditReader.PageSize; i++)
            _trail.Write(AuditEvent.Logoff, "zoe");
        Assert.AreEqual("2 4", await FindAsync(new() { Name = "ada", Since = Start }));

        _time.Advance(TimeSpan.FromHours(23));
        Assert.AreEqual("", await FindAsync(new() { Name = "ada", Since = _time.GetUtcNow() }));
    }

    public async ValueTask DisposeAsync()
    {
        await _trail.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<string> FindAsync(AuditFilter filter)
    {
        IReadOnlyList<AuditEntry> found = await _trail.ReadAsync(filter, limit: 1_000, Guard.NewToken());
        return string.Join(' ', found.Select(entry => entry.Number));
    }
}
