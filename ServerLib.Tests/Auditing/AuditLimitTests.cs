using Microsoft.Extensions.Time.Testing;
using ServerLib.Auditing;
using ServerLib.RateLimiting;

namespace ServerLib.Tests.Auditing;

/// <summary>How many audit entries unknown clients can cause.</summary>
[TestClass]
public sealed class AuditLimitTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    private readonly FakeTimeProvider _time = new(Start);
    private readonly AuditFolder _folder;

    public AuditLimitTests() => _folder = new AuditFolder(_time);

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task After_ten_failed_logins_of_an_address_one_entry_counts_the_others()
    {
        await using AuditTrail trail = _folder.Open();
        for (int i = 0; i < 10; i++)
            trail.Write(AuditEvent.FailedLogin, "alice", $"203.0.113.9:{i}");
        Assert.HasCount(11, await trail.ReadNewestAsync(100));
        _time.Advance(TimeSpan.FromSeconds(5));
        for (int i = 0; i < 300; i++)
            trail.Write(AuditEvent.FailedLogin, "alice", $"203.0.113.9:{i}");
        trail.Write(AuditEvent.FailedLogin, "alice", "198.51.100.1:1");
        Assert.AreEqual("198.51.100.1:1", (await trail.ReadNewestAsync(100)).Single(entry => entry.Time > Start).Address);

        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.AreEqual(
            new AuditEntry(Start.AddMinutes(10), AuditEvent.FailedLogin, "alice", "203.0.113.9", "", "300 more since 2026-03-04T05:06:12Z"),
            (await trail.ReadNewestAsync(1))[0] with { Time = Start.AddMinutes(10) });
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.HasCount(13, await trail.ReadNewestAsync(100));
    }

    [TestMethod]
    public async Task Dispose_writes_the_number_of_entries_that_were_not_written()
    {
        await using (AuditTrail trail = _folder.Open())
        {
            for (int i = 0; i < 12; i++)
                trail.Write(AuditEvent.FailedLogin, $"name{i}", "[2001:db8::1]:1");
        }

        using (AuditTrail trail = _folder.Open())
        {
            for (int i = 0; i < 11; i++)
                trail.Write(AuditEvent.Penalty, "a pipe", "a pipe");
        }

        List<AuditRecord> entries = await _folder.ReadAsync();
        Assert.AreEqual(
            new AuditEntry(Start, AuditEvent.FailedLogin, "", "2001:db8::/64", "", "2 more since 2026-03-04T05:06:07Z, of several names"),
            entries[11].Entry);
        Assert.AreEqual(new AuditEntry(Start, AuditEvent.Penalty, "a pipe", "", "", "1 more since 2026-03-04T05:06:07Z"), entries[^1].Entry);
        Assert.HasCount(23, entries);
        Assert.AreEqual("sound", await _folder.VerifyAsync());
    }

    [TestMethod]
    public async Task A_flood_from_many_addresses_adds_few_entries_and_counts_all_attempts()
    {
        await using (AuditTrail trail = _folder.Open())
        {
            for (int i = 0; i < 3_000; i++)
                trail.Write(AuditEvent.FailedLogin, $"name{i}", $"10.0.{i / 256}.{i % 256}:1");
        }

        List<AuditEntry> entries = [.. (await _folder.ReadAsync()).Select(sealedEntry => sealedEntry.Entry)];
        AuditEntry[] sums = [.. entries.Where(entry => entry.Detail.Contains("more since", StringComparison.Ordinal))];
        Assert.HasCount(11, sums);
        Assert.AreEqual("1990 more since 2026-03-04T05:06:07Z from other addresses, of several names", sums[^1].Detail);
        Assert.HasCount(1 + AddressLogSampler.BurstInTotal + 11, entries);
    }

    [TestMethod]
    public async Task Each_limited_event_has_its_own_limit_and_others_have_none()
    {
        await using AuditTrail trail = _folder.Open();
        for (int i = 0; i < 50; i++)
        {
            trail.Write(AuditEvent.FailedLogin, "alice", "203.0.113.9:1");
            trail.Write(AuditEvent.Logon, "alice", "203.0.113.9:1");
        }

        trail.Write(AuditEvent.AccountDelayed, "alice", "203.0.113.9:1");
        trail.Write(AuditEvent.Penalty, "203.0.113.9", "203.0.113.9");

        Assert.AreEqual(
            "AccountDelayed 1, ChainStarted 1, FailedLogin 10, Logon 50, Penalty 1",
            string.Join(", ", (await trail.ReadNewestAsync(100))
                .GroupBy(entry => $"{entry.Event}")
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => $"{group.Key} {group.Count()}")));
    }
}
