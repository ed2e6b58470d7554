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
    public void It_bites_from_fifteen_seconds_on_and_says_so_once()
    {
        AddressPenalties book = Book();
        Assert.IsNull(book.Add(At("203.0.113.9"), TimeSpan.FromSeconds(15) - TimeSpan.FromTicks(1)));
        Assert.IsFalse(book.IsRefused(At("203.0.113.9"), out _));

        Assert.AreEqual(new AddressPenalty("203.0.113.9", TimeSpan.FromSeconds(15), true), book.Add(At("203.0.113.9"), TimeSpan.FromTicks(1)));
        Assert.IsTrue(book.IsRefused(At("203.0.113.9", port: 2), out TimeSpan remaining));
        Assert.AreEqual(TimeSpan.FromSeconds(15), remaining);
        Assert.IsNull(book.Add(At("203.0.113.9"), AddressPenalties.FailedLogin));
    }

    [TestMethod]
    public void It_adds_up_and_counts_down_with_time()
    {
        AddressPenalties book = Book();
        book.Add(At("203.0.113.9"), AddressPenalties.MalformedFrame);
        _time.Advance(TimeSpan.FromSeconds(4));
        book.Add(At("203.0.113.9"), AddressPenalties.FailedLogin);
        Assert.AreEqual(new AddressPenalty("203.0.113.9", TimeSpan.FromSeconds(11), false), book.List().Single());

        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.IsEmpty(book.List());
    }

    [TestMethod]
    public void One_that_is_refused_is_so_until_all_is_counted_down()
    {
        AddressPenalties book = Book();
        book.Add(At("203.0.113.9"), TimeSpan.FromSeconds(16));
        _time.Advance(TimeSpan.FromSeconds(16) - TimeSpan.FromTicks(1));
        Assert.IsTrue(book.IsRefused(At("203.0.113.9"), out TimeSpan remaining));
        Assert.AreEqual(TimeSpan.FromTicks(1), remaining);

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.IsFalse(book.IsRefused(At("203.0.113.9"), out _));
        Assert.IsNull(book.Add(At("203.0.113.9"), AddressPenalties.MalformedFrame));
        Assert.IsFalse(book.IsRefused(At("203.0.113.9"), out _));
        Assert.IsNotNull(book.Add(At("203.0.113.9"), AddressPenalties.FailedLogin));
    }

    [TestMethod]
    public void It_ends_at_ten_minutes_whatever_comes()
    {
        AddressPenalties book = Book();
        for (int i = 0; i < 1_000; i++)
            book.Add(At("203.0.113.9"), AddressPenalties.LoginTimeout);
        Assert.AreEqual(TimeSpan.FromMinutes(10), book.List().Single().Remaining);

        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.IsFalse(book.IsRefused(At("203.0.113.9"), out _));
    }

    [TestMethod]
    [DataRow("203.0.113.9", "203.0.113.9", "203.0.113.8", 32)]
    [DataRow("203.0.113.9", "203.0.113.200", "203.0.112.9", 24)]
    [DataRow("203.0.113.9", "::ffff:203.0.113.9", "::ffff:203.0.113.8", 32)]
    [DataRow("2001:db8::1", "2001:db8::2:3:4:5", "2001:db8:0:1::1", 32)]
    public void One_persons_addresses_are_one(string address, string same, string other, int prefix)
    {
        _options.Login.PenaltyIPv4Prefix = prefix;
        AddressPenalties book = Book();
        book.Add(At(address), AddressPenalties.RefusalThreshold);

        Assert.IsTrue(book.IsRefused(At(same), out _));
        Assert.IsFalse(book.IsRefused(At(other), out _));
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
    public void This_machine_and_what_is_listed_is_exempt(string address, bool isExempt)
    {
        _options.Login.PenaltyExempt.Add("192.0.2.0/24");
        _options.Login.PenaltyExempt.Add("2001:db8::7");
        AddressPenalties book = Book();

        Assert.AreEqual(isExempt, book.Add(At(address), AddressPenalties.Max) is null);
        Assert.AreEqual(!isExempt, book.IsRefused(At(address), out _));
    }

    [TestMethod]
    public void What_has_no_address_is_on_this_machine()
    {
        Assert.IsNull(Book().Add(null, AddressPenalties.Max));
        Assert.IsNull(Book().Add(new DnsEndPoint("example.org", 1), AddressPenalties.Max));
    }

    [TestMethod]
    public void When_the_table_is_full_the_least_harmful_leaves()
    {
        AddressPenalties book = Book(capacity: 3);
        book.Add(At("203.0.113.1"), TimeSpan.FromSeconds(20));
        book.Add(At("203.0.113.2"), TimeSpan.FromSeconds(5));
        book.Add(At("203.0.113.3"), TimeSpan.FromSeconds(10));
        book.Add(At("203.0.113.4"), TimeSpan.FromSeconds(1));

        Assert.AreEqual("203.0.113.1 203.0.113.3 203.0.113.4", string.Join(' ', book.List().Select(e => e.Addresses)));
    }

    [TestMethod]
    public void A_flood_of_addresses_drives_nobody_out_who_has_more_coming()
    {
        AddressPenalties book = Book();
        book.Add(At("2001:db8::"), TimeSpan.FromMinutes(1));
        for (int i = 1; i <= AddressPenalties.Capacity + 10; i++)
            book.Add(new IPEndPoint(new IPAddress([0x20, 1, 0xd, 0xb9, 0, (byte)(i >> 16), (byte)(i >> 8), (byte)i, 0, 0, 0, 0, 0, 0, 0, 1]), 1), AddressPenalties.FailedLogin);

        Assert.HasCount(AddressPenalties.Capacity, book.List());
        Assert.IsTrue(book.IsRefused(At("2001:db8::"), out _));
    }

    [TestMethod]
    [DataRow("203.0.113.9", 1)]
    [DataRow("203.0.113.0/24", 2)]
    [DataRow("203.0.113.7", 0)]
    [DataRow("2001:db8::77", 1)]
    public void An_admin_lets_off_an_address_or_a_range(string range, int expected)
    {
        AddressPenalties book = Book();
        foreach (string address in (string[])["203.0.113.9", "203.0.113.10", "2001:db8::1", "198.51.100.1"])
            book.Add(At(address), AddressPenalties.RefusalThreshold);
        Assert.IsTrue(AddressBlock.TryParse(range, out AddressBlock block));

        Assert.AreEqual(expected, book.Clear(block));
        Assert.HasCount(4 - expected, book.List());
        Assert.AreEqual(4 - expected, book.ClearAll());
    }

    [TestMethod]
    public void Looking_an_address_up_allocates_nothing()
    {
        _options.Login.PenaltyExempt.Add("192.0.2.0/24");
        AddressPenalties book = Book();
        IPEndPoint[] addresses = [At("203.0.113.9"), At("203.0.113.10"), At("2001:db8::1"), At("127.0.0.1"), At("192.0.2.1")];
        book.Add(addresses[0], AddressPenalties.RefusalThreshold);
        Look();

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            Look();
        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Look()
        {
            foreach (IPEndPoint address in addresses)
                book.IsRefused(address, out _);
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
    public void What_a_connection_earns_is_by_how_it_ended(DisconnectReason reason, int before, int after)
    {
        Assert.AreEqual(TimeSpan.FromSeconds(before), AddressPenalties.For(reason, isForgivable: false));
        Assert.AreEqual(TimeSpan.FromSeconds(after), AddressPenalties.For(reason, isForgivable: true));
    }

    private AddressPenalties Book(int capacity = AddressPenalties.Capacity) => new(new MonotonicClock(_time), new PenalizedAddresses(_options), capacity);

    private static IPEndPoint At(string address, int port = 1) => new(IPAddress.Parse(address), port);
}
