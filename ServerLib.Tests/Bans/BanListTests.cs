using System.Net;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Bans;

namespace ServerLib.Tests.Bans;

[TestClass]
public sealed class BanListTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly BanList _bans;

    public BanListTests() => _bans = new BanList(_time);

    [TestMethod]
    public void A_ban_ends_at_its_time_and_a_wider_one_remains()
    {
        Add("203.0.113.7", TimeSpan.FromMinutes(1));
        Add("203.0.113.0/24", TimeSpan.FromMinutes(2));
        Add("ada", TimeSpan.FromMinutes(1));
        _time.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1));
        Assert.IsTrue(Covers("203.0.113.7"));
        Assert.IsNotNull(_bans.Find("ADA"));
        Assert.HasCount(3, _bans.All);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.IsTrue(Covers("203.0.113.7"));
        Assert.IsNull(_bans.Find("ADA"));
        Assert.AreEqual("203.0.113.0/24", _bans.All.Single().Target);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.IsFalse(Covers("203.0.113.7"));
        Assert.IsEmpty(_bans.All);
    }

    [TestMethod]
    public void A_later_ban_replaces_an_earlier_one_of_the_same_target()
    {
        Add("203.0.113.7", TimeSpan.FromMinutes(1));
        Add("::ffff:203.0.113.7", null);
        Add("Zoë", TimeSpan.FromMinutes(1));
        Add("ZOË", null);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.IsTrue(Covers("203.0.113.7"));
        Assert.IsNotNull(_bans.Find("zoë"));
        Assert.HasCount(2, _bans.All);
        Assert.IsTrue(_bans.Remove(Target("203.0.113.7")));
        Assert.IsFalse(_bans.Remove(Target("203.0.113.7")));
        Assert.IsFalse(Covers("203.0.113.7"));
        Assert.IsTrue(_bans.Remove(Target("zoë")));
        Assert.IsNull(_bans.Find("zoë"));
    }

    [TestMethod]
    public void No_range_bans_loopback()
    {
        Add("0.0.0.0/1", null);
        Add("126.0.0.0/7", null);
        Add("::/1", null);
        Assert.IsTrue(Covers("126.255.255.255"));
        Assert.IsTrue(Covers("::2"));
        foreach (string address in (string[])["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
            Assert.IsFalse(Covers(address), address);
    }

    /// <summary>Compares with a search of the framework's ranges, one after the other.</summary>
    [TestMethod]
    public void Covers_agrees_with_a_search_of_each_range()
    {
        // Few different bits, so that ranges often overlap.
        Gen<byte[]> ipv4 = Gen.Byte[0, 3].Select(b => (byte)(b * 85)).Array[4];
        Gen<byte[]> ipv6 = Gen.Byte[0, 1].Select(b => (byte)(b * 255)).Array[16];
        Gen<IPAddress> address = Gen.OneOf(
            ipv4.Select(bytes => new IPAddress(bytes)),
            ipv6.Select(bytes => new IPAddress(bytes)),
            ipv4.Select(bytes => new IPAddress(bytes).MapToIPv6()));
        Gen<IPNetwork> network = Gen.OneOf(
            Gen.Select(ipv4, Gen.Int[1, 32]).Select((bytes, prefix) => Network(bytes, prefix)),
            Gen.Select(ipv6, Gen.Int[1, 128]).Select((bytes, prefix) => Network(bytes, prefix)));
        Gen.Select(network.Array[0, 30], Gen.Int[0, 30], address.Array[1, 30]).Sample((networks, removed, addresses) =>
        {
            var bans = new BanList(_time);
            var naive = new HashSet<IPNetwork>();
            foreach (IPNetwork range in networks)
            {
                if (!BanTarget.TryParse(range.ToString(), out BanTarget target, out _))
                    continue;
                bans.Add(target, new Ban(target.Text));
                naive.Add(range);
            }

            foreach (IPNetwork range in networks.Take(removed))
            {
                if (BanTarget.TryParse(range.ToString(), out BanTarget target, out _))
                    Assert.AreEqual(naive.Remove(range), bans.Remove(target));
            }

            Assert.HasCount(naive.Count, bans.All);
            foreach (IPAddress one in addresses)
            {
                IPAddress plain = one.IsIPv4MappedToIPv6 ? one.MapToIPv4() : one;
                bool isBanned = !IPAddress.IsLoopback(plain) && naive.Any(range => range.Contains(plain));
                Assert.AreEqual(isBanned, bans.Covers(new IPEndPoint(one, 1)), $"{one} in {string.Join(", ", naive)}");
            }
        });

        static IPNetwork Network(byte[] bytes, int prefix)
        {
            byte[] masked = [.. bytes.Select((b, i) => (byte)(b & (0xFF00 >> Math.Clamp(prefix - (i * 8), 0, 8))))];
            return new IPNetwork(new IPAddress(masked), prefix);
        }
    }

    [TestMethod]
    public void Covers_allocates_nothing()
    {
        for (int i = 0; i < 10_000; i++)
            Add($"10.{i / 250}.{i % 250}.0/24", TimeSpan.FromHours(1));
        IPEndPoint banned = new(IPAddress.Parse("10.39.249.1"), 1), other = new(IPAddress.Parse("2001:db8::1"), 1);
        Assert.IsTrue(_bans.Covers(banned));
        Assert.IsFalse(_bans.Covers(other));
        Assert.AreEqual(0, Allocations.Least(() =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                _bans.Covers(banned);
                _bans.Covers(other);
            }
        }));
    }

    [TestMethod]
    public void Many_threads_keep_the_counts_of_prefixes_right()
    {
        Parallel.For(0, 4_000, i =>
        {
            BanTarget target = Target($"10.0.{i % 8}.0/{24 + (i % 8)}");
            _bans.Add(target, new Ban(target.Text));
            _bans.Covers(new IPEndPoint(IPAddress.Parse("10.0.1.1"), 1));
            _bans.Remove(target);
        });
        Assert.IsEmpty(_bans.All);
        Add("10.0.1.0/25", null);
        Assert.IsTrue(Covers("10.0.1.1"));
    }

    private void Add(string what, TimeSpan? duration)
    {
        BanTarget target = Target(what);
        _bans.Add(target, new Ban(target.Text, _time.GetUtcNow() + duration));
    }

    private bool Covers(string address) => _bans.Covers(new IPEndPoint(IPAddress.Parse(address), 1));

    private static BanTarget Target(string what)
    {
        Assert.IsTrue(BanTarget.TryParse(what, out BanTarget target, out string? problem), problem);
        return target;
    }
}
