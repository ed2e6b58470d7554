using System.Net;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Authentication;
using ServerLib.Diagnostics;
using ServerLib.RateLimiting;

namespace ServerLib.Tests.Authentication;

[TestClass]
public sealed class AddressPenaltiesTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ServerOptions _options = new();

    [TestMethod]
    public void An_address_is_refused_from_fifteen_seconds_on_and_reported_once()
    {
        AddressPenalties penalties = Create();
        Assert.IsNull(penalties.Add(At("203.0.113.9"), TimeSpan.FromSeconds(15) - TimeSpan.FromTicks(1)));
        Assert.IsFalse(penalties.IsRefused(At("203.0.113.9"), out _));

        Assert.AreEqual(new AddressPenalty("203.0.113.9", TimeSpan.FromSeconds(15), true), penalties.Add(At("203.0.113.9"), TimeSpan.FromTicks(1)));
        Assert.IsTrue(penalties.IsRefused(At("203.0.113.9", port: 2), out TimeSpan remaining));
        Assert.AreEqual(TimeSpan.FromSeconds(15), remaining);
        Assert.IsNull(penalties.Add(At("203.0.113.9"), AddressPenalties.FailedLogin));
    }

    [TestMethod]
    public void Penalties_add_up_and_run_down_with_time()
    {
        AddressPenalties penalties = Create();
        penalties.Add(At("203.0.113.9"), AddressPenalties.MalformedFrame);
        _time.Advance(TimeSpan.FromSeconds(4));
        penalties.Add(At("203.0.113.9"), AddressPenalties.FailedLogin);
        Assert.AreEqual(new AddressPenalty("203.0.113.9", TimeSpan.FromSeconds(11), false), penalties.List().Single());

        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.IsEmpty(penalties.List());
    }

    [TestMethod]
    public void An_address_is_refused_until_its_penalty_is_zero()
    {
        AddressPenalties penalties = Create();
        penalties.Add(At("203.0.113.9"), TimeSpan.FromSeconds(16));
        _time.Advance(TimeSpan.FromSeconds(16) - TimeSpan.FromTicks(1));
        Assert.IsTrue(penalties.IsRefused(At("203.0.113.9"), out TimeSpan remaining));
        Assert.AreEqual(TimeSpan.FromTicks(1), remaining);

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.IsFalse(penalties.IsRefused(At("203.0.113.9"), out _));
        Assert.IsNull(penalties.Add(At("203.0.113.9"), AddressPenalties.MalformedFrame));
        Assert.IsFalse(penalties.IsRefused(At("203.0.113.9"), out _));
        Assert.IsNotNull(penalties.Add(At("203.0.113.9"), AddressPenalties.FailedLogin));
    }

    [TestMethod]
    public void A_penalty_is_at_most_ten_minutes()
    {
        AddressPenalties penalties = Create();
        for (int i = 0; i < 1_000; i++)
            penalties.Add(At("203.0.113.9"), AddressPenalties.LoginTimeout);
        Assert.AreEqual(TimeSpan.FromMinutes(10), penalties.List().Single().Remaining);

        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.IsFalse(penalties.IsRefused(At("203.0.113.9"), out _));
    }

    [TestMethod]
    [DataRow("203.0.113.9", "203.0.113.9", "203.0.113.8", 32)]
    [DataRow("203.0.113.9", "203.0.113.200", "203.0.112.9", 24)]
    [DataRow("203.0.113.9", "::ffff:203.0.113.9", "::ffff:203.0.113.8", 32)]
    [DataRow("2001:db8::1", "2001:db8::2:3:4:5", "2001:db8:0:1::1", 32)]
    public void Addresses_in_one_block_share_a_penalty(string address, string same, string other, int prefix)
    {
        _options.Login.PenaltyIPv4Prefix = prefix;
        AddressPenalties penalties = Create();
        penalties.Add(At(address), AddressPenalties.RefusalThreshold);

        Assert.IsTrue(penalties.IsRefused(At(same), out _));
        Assert.IsFalse(penalties.IsRefused(At(other), out _));
    }

    [TestMethod]
    [DataRow("127.0.0.1", true)]
    [DataRow("127.255.255.255", true)]
    [DataRow("::1", true)]
    [DataRow("::ffff:127.0.0.1", true)]
    [DataRow("192.0.2.0", true)]
    [DataRow("192.0.2.255", true)]
    [DataRow("192.0.3.0", false)]
    [DataRow("2001:db8::7", true)]
    [DataRow("2001:db8::8", false)]
    [DataRow("::2", false)]
    public void Loopback_and_listed_addresses_are_exempt(string address, bool isExempt)
    {
        _options.Login.PenaltyExempt.Add("192.0.2.0/24");
        _options.Login.PenaltyExempt.Add("2001:db8::7");
        AddressPenalties penalties = Create();

        Assert.AreEqual(isExempt, penalties.Add(At(address), AddressPenalties.Max) is null);
        Assert.AreEqual(!isExempt, penalties.IsRefused(At(address), out _));
    }

    [TestMethod]
    public void Loopback_gets_penalties_if_the_option_says_so()
    {
        _options.Limits.ExemptLoopback = false;

        Assert.IsNotNull(Create().Add(At("127.0.0.1"), AddressPenalties.Max));
    }

    [TestMethod]
    public void An_end_point_without_address_is_exempt()
    {
        Assert.IsNull(Create().Add(null, AddressPenalties.Max));
        Assert.IsNull(Create().Add(new DnsEndPoint("example.org", 1), AddressPenalties.Max));
    }

    [TestMethod]
    public void The_smallest_penalty_leaves_when_the_table_is_full()
    {
        AddressPenalties penalties = Create(capacity: 3);
        penalties.Add(At("203.0.113.1"), TimeSpan.FromSeconds(20));
        penalties.Add(At("203.0.113.2"), TimeSpan.FromSeconds(5));
        penalties.Add(At("203.0.113.3"), TimeSpan.FromSeconds(10));
        penalties.Add(At("203.0.113.4"), TimeSpan.FromSeconds(1));

        Assert.AreEqual("203.0.113.1 203.0.113.3 203.0.113.4", string.Join(' ', penalties.List().Select(e => e.Addresses)));
    }

    [TestMethod]
    public void A_flood_of_addresses_displaces_no_larger_penalty()
    {
        AddressPenalties penalties = Create();
        penalties.Add(At("2001:db8::"), TimeSpan.FromMinutes(1));
        for (int i = 1; i <= AddressPenalties.Capacity + 10; i++)
            penalties.Add(new IPEndPoint(new IPAddress([0x20, 1, 0xd, 0xb9, 0, (byte)(i >> 16), (byte)(i >> 8), (byte)i, 0, 0, 0, 0, 0, 0, 0, 1]), 1), AddressPenalties.FailedLogin);

        Assert.HasCount(AddressPenalties.Capacity, penalties.List());
        Assert.IsTrue(penalties.IsRefused(At("2001:db8::"), out _));
    }

    [TestMethod]
    [DataRow("203.0.113.9", 1)]
    [DataRow("203.0.113.0/24", 2)]
    [DataRow("203.0.113.7", 0)]
    [DataRow("2001:db8::77", 1)]
    public void Clear_removes_the_penalties_of_an_address_or_a_range(string range, int expected)
    {
        AddressPenalties penalties = Create();
        foreach (string address in (string[])["203.0.113.9", "203.0.113.10", "2001:db8::1", "198.51.100.1"])
            penalties.Add(At(address), AddressPenalties.RefusalThreshold);
        Assert.IsTrue(AddressBlock.TryParse(range, out AddressBlock block));

        Assert.AreEqual(expected, penalties.Clear(block));
        Assert.HasCount(4 - expected, penalties.List());
        Assert.AreEqual(4 - expected, penalties.ClearAll());
    }

    [TestMethod]
    public void IsRefused_allocates_nothing()
    {
        _options.Login.PenaltyExempt.Add("192.0.2.0/24");
        AddressPenalties penalties = Create();
        IPEndPoint[] addresses = [At("203.0.113.9"), At("203.0.113.10"), At("2001:db8::1"), At("127.0.0.1"), At("192.0.2.1")];
        penalties.Add(addresses[0], AddressPenalties.RefusalThreshold);
        Look();

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            Look();
        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Look()
        {
            foreach (IPEndPoint address in addresses)
                penalties.IsRefused(address, out _);
        }
    }

    [TestMethod]
    [DataRow(DisconnectReason.BadFrame, 10, 10)]
    [DataRow(DisconnectReason.FrameTooLarge, 10, 10)]
    [DataRow(DisconnectReason.OutOfTurn, 10, 10)]
    [DataRow(DisconnectReason.BadKey, 10, 10)]
    [DataRow(DisconnectReason.LoginTimeout, 10, 10)]
    [DataRow(DisconnectReason.ClientCertificateRefused, 5, 5)]
    [DataRow(DisconnectReason.EndOfStream, 1, 0)]
    [DataRow(DisconnectReason.ClientLeft, 1, 0)]
    [DataRow(DisconnectReason.ConnectionLost, 1, 0)]
    [DataRow(DisconnectReason.UnknownProtocol, 1, 0)]
    [DataRow(DisconnectReason.TlsFailed, 1, 0)]
    [DataRow(DisconnectReason.TooManyLoginAttempts, 1, 0)]
    [DataRow(DisconnectReason.PlaintextRefused, 1, 0)]
    [DataRow(DisconnectReason.ServerFull, 0, 0)]
    [DataRow(DisconnectReason.ServerShutdown, 0, 0)]
    [DataRow(DisconnectReason.ServerError, 0, 0)]
    [DataRow(DisconnectReason.Kicked, 0, 0)]
    [DataRow(DisconnectReason.SlowReader, 0, 0)]
    [DataRow(DisconnectReason.IdleTimeout, 0, 0)]
    [DataRow(DisconnectReason.Penalized, 0, 0)]
    public void The_penalty_of_a_connection_depends_on_how_it_ended(DisconnectReason reason, int before, int after)
    {
        Assert.AreEqual(TimeSpan.FromSeconds(before), AddressPenalties.For(reason, isExcused: false));
        Assert.AreEqual(TimeSpan.FromSeconds(after), AddressPenalties.For(reason, isExcused: true));
    }

    private AddressPenalties Create(int capacity = AddressPenalties.Capacity) => new(new MonotonicClock(_time), new PenalizedAddresses(_options), capacity);

    private static IPEndPoint At(string address, int port = 1) => new(IPAddress.Parse(address), port);
}
