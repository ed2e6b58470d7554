using System.Net;
using ServerLib.RateLimiting;
using ServerLib.Tests.Passwords;

namespace ServerLib.Tests.RateLimiting;

[TestClass]
public sealed class ConnectionLimiterTests
{
    private static readonly RandomEarlyDrop Unlimited = new(int.MaxValue, 1, int.MaxValue);
    private static readonly AddressBlock Here = Block("203.0.113.7");
    private static readonly AddressBlock There = Block("203.0.113.8");

    [TestMethod]
    public void TryEnter_lets_in_up_to_the_number_and_again_when_one_leaves()
    {
        ConnectionLimiter gate = Gate(maxConnections: 2);

        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(Here));
        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(There));
        Assert.AreEqual(DisconnectReason.ServerFull, gate.TryEnter(Here));
        Assert.AreEqual(2, gate.Inside);
        gate.Leave(Here, isLoggedIn: false);
        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(There));
    }

    [TestMethod]
    public void One_address_gets_its_number_and_takes_nothing_from_others()
    {
        ConnectionLimiter gate = Gate(maxPerAddress: 2);

        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(Here));
        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(Here));
        Assert.AreEqual(DisconnectReason.TooManyFromAddress, gate.TryEnter(Here));
        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(There));
        gate.LoggedIn(Here);
        gate.Leave(Here, isLoggedIn: true);
        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(Here));
        Assert.AreEqual(DisconnectReason.TooManyFromAddress, gate.TryEnter(Here));
    }

    [TestMethod]
    [DataRow("127.0.0.1")]
    [DataRow("127.8.8.8")]
    [DataRow("::1")]
    [DataRow("::ffff:127.0.0.1")]
    public void This_machine_counts_among_all_only_and_a_flood_does_not_keep_it_out(string address)
    {
        ConnectionLimiter gate = Gate(maxConnections: 6, maxPerAddress: 1, maxUnauthenticatedPerAddress: 1, unauthenticated: new RandomEarlyDrop(1, 100, 1));
        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(Here));
        Assert.AreEqual(DisconnectReason.TooManyUnauthenticated, gate.TryEnter(There));
        for (int i = 0; i < 5; i++)
            Assert.AreEqual(DisconnectReason.None, gate.TryEnter(Block(address)));
        Assert.AreEqual(DisconnectReason.ServerFull, gate.TryEnter(Block(address)));
        Assert.AreEqual((6, 1, 1), (gate.Inside, gate.Unauthenticated, gate.Addresses));

        gate.LoggedIn(Block(address));
        gate.Leave(Block(address), isLoggedIn: true);
        for (int i = 0; i < 4; i++)
            gate.Leave(Block(address), isLoggedIn: false);
        gate.Leave(Here, isLoggedIn: false);
        Assert.AreEqual((0, 0, 0), (gate.Inside, gate.Unauthenticated, gate.Addresses));
    }

    [TestMethod]
    public void The_two_ways_to_write_an_IPv4_address_are_one_and_so_is_an_IPv6_network()
    {
        ConnectionLimiter gate = Gate(maxPerAddress: 1);
        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(Here));
        Assert.AreEqual(DisconnectReason.TooManyFromAddress, gate.TryEnter(Block("::ffff:203.0.113.7")));
        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(Block("2001:db8::1")));
        Assert.AreEqual(DisconnectReason.TooManyFromAddress, gate.TryEnter(Block("2001:db8::2:3:4:5")));
        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(Block("2001:db8:0:1::1")));
    }

    [TestMethod]
    public void Those_who_have_not_logged_in_are_counted_until_they_have_or_are_gone()
    {
        ConnectionLimiter gate = Gate(unauthenticated: new RandomEarlyDrop(2, 100, 2));

        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(Here));
        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(There));
        Assert.AreEqual(DisconnectReason.TooManyUnauthenticated, gate.TryEnter(Here));
        gate.LoggedIn(Here);
        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(Here));
        Assert.AreEqual(DisconnectReason.TooManyUnauthenticated, gate.TryEnter(There));

        // Who has logged in leaves no room behind; who has not, does.
        gate.Leave(Here, isLoggedIn: true);
        Assert.AreEqual(DisconnectReason.TooManyUnauthenticated, gate.TryEnter(There));
        gate.Leave(There, isLoggedIn: false);
        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(There));
        Assert.AreEqual(2, gate.Unauthenticated);
    }

    [TestMethod]
    public void One_address_holds_so_many_that_have_not_logged_in_and_takes_nothing_from_others()
    {
        ConnectionLimiter gate = Gate(maxUnauthenticatedPerAddress: 2);
        AddressBlock network = Block("2001:db8::1");
        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(network));
        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(Block("2001:db8::2")));
        Assert.AreEqual(DisconnectReason.TooManyUnauthenticatedFromAddress, gate.TryEnter(Block("2001:db8::3")));
        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(Here));

        // Who has logged in makes room, once: not again when it leaves.
        gate.LoggedIn(network);
        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(network));
        gate.Leave(network, isLoggedIn: true);
        Assert.AreEqual(DisconnectReason.TooManyUnauthenticatedFromAddress, gate.TryEnter(network));
        gate.Leave(network, isLoggedIn: false);
        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(network));
    }

    [TestMethod]
    public void Between_the_two_numbers_chance_decides()
    {
        double random = 0.5;
        var gate = new ConnectionLimiter(10, 10, 10, new RandomEarlyDrop(1, 50, 3), () => random);
        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(Here));
        random = 0.49;
        Assert.AreEqual(DisconnectReason.TooManyUnauthenticated, gate.TryEnter(Here));
        random = 0.5;
        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(Here));
        random = 0.74;
        Assert.AreEqual(DisconnectReason.TooManyUnauthenticated, gate.TryEnter(Here));
        random = 0.75;
        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(Here));
        random = 0.999999;
        Assert.AreEqual(DisconnectReason.TooManyUnauthenticated, gate.TryEnter(Here));
    }

    [TestMethod]
    public void However_many_strangers_there_are_the_first_few_come_in_from_where_somebody_has_logged_in_before()
    {
        ConnectionLimiter gate = Gate(maxUnauthenticatedPerAddress: 6, unauthenticated: new RandomEarlyDrop(2, 100, 2));
        AddressBlock home = Block("192.0.2.1");
        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(Here));
        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(There));
        for (int i = 0; i < ConnectionLimiter.KnownAddressesAtOnce; i++)
        {
            Assert.AreEqual(DisconnectReason.None, gate.TryEnter(home, isKnownAddress: true, out bool hasPriority));
            Assert.IsTrue(hasPriority);
        }

        Assert.AreEqual(DisconnectReason.TooManyUnauthenticated, gate.TryEnter(home, isKnownAddress: true));
        Assert.AreEqual(DisconnectReason.TooManyUnauthenticated, gate.TryEnter(Here));

        // Who logs in makes room for the next from there.
        gate.LoggedIn(home);
        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(home, isKnownAddress: true));
        Assert.AreEqual(DisconnectReason.TooManyUnauthenticated, gate.TryEnter(home, isKnownAddress: true));
        Assert.AreEqual((7, 6), (gate.Inside, gate.Unauthenticated));
    }

    [TestMethod]
    public void Where_there_is_room_the_first_few_are_preferred_all_the_same_and_no_stranger_is()
    {
        ConnectionLimiter gate = Gate();
        for (int i = 0; i < 10; i++)
        {
            Assert.AreEqual(DisconnectReason.None, gate.TryEnter(There, isKnownAddress: true, out bool hasPriority));
            Assert.AreEqual(i < ConnectionLimiter.KnownAddressesAtOnce, hasPriority);
            Assert.AreEqual(DisconnectReason.None, gate.TryEnter(Here, isKnownAddress: false, out hasPriority));
            Assert.IsFalse(hasPriority);
        }
    }

    [TestMethod]
    public void Who_is_familiar_has_the_other_limits_of_his_address()
    {
        ConnectionLimiter gate = Gate(maxConnections: 3, maxPerAddress: 2, maxUnauthenticatedPerAddress: 1);
        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(Here, isKnownAddress: true));
        Assert.AreEqual(DisconnectReason.TooManyUnauthenticatedFromAddress, gate.TryEnter(Here, isKnownAddress: true));
        gate.LoggedIn(Here);
        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(Here, isKnownAddress: true));
        Assert.AreEqual(DisconnectReason.TooManyFromAddress, gate.TryEnter(Here, isKnownAddress: true));
        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(There));
        Assert.AreEqual(DisconnectReason.ServerFull, gate.TryEnter(Block("192.0.2.1"), isKnownAddress: true));
    }

    [TestMethod]
    public void Who_is_refused_leaves_no_trace_and_so_does_who_has_gone()
    {
        ConnectionLimiter gate = Gate(maxConnections: 1);
        Assert.AreEqual(DisconnectReason.None, gate.TryEnter(Here));
        for (int i = 0; i < 100; i++)
            Assert.AreEqual(DisconnectReason.ServerFull, gate.TryEnter(Block($"198.51.100.{i}")));
        Assert.AreEqual((1, 1, 1), (gate.Inside, gate.Unauthenticated, gate.Addresses));
        gate.Leave(Here, isLoggedIn: false);
        Assert.AreEqual((0, 0, 0), (gate.Inside, gate.Unauthenticated, gate.Addresses));
    }

    [TestMethod]
    public void Refusing_allocates_nothing()
    {
        ConnectionLimiter gate = Gate(maxPerAddress: 1);
        var address = new IPEndPoint(IPAddress.Parse("203.0.113.7"), 5);
        gate.TryEnter(AddressBlock.Of(address));
        for (int i = 0; i < 100; i++)
            gate.TryEnter(AddressBlock.Of(address));
        Assert.AreEqual(0, Allocations.Least(() =>
        {
            for (int i = 0; i < 1_000; i++)
                gate.TryEnter(AddressBlock.Of(address));
        }));
    }

    [TestMethod]
    public void From_many_threads_no_limit_is_overstepped_and_nothing_is_left()
    {
        ConnectionLimiter gate = Gate(
            maxConnections: 100, maxPerAddress: 40, maxUnauthenticatedPerAddress: 30, unauthenticated: new RandomEarlyDrop(70, 100, 70));
        AddressBlock[] addresses = [.. Enumerable.Range(1, 4).Select(i => Block($"203.0.113.{i}"))];
        int[] inside = new int[addresses.Length];
        int entered = 0, all = 0;
        Parallel.For(0, 20_000, i =>
        {
            int which = i % addresses.Length;
            if (gate.TryEnter(addresses[which]) != DisconnectReason.None)
                return;
            Interlocked.Increment(ref entered);
            Assert.IsLessThanOrEqualTo(100, Interlocked.Increment(ref all));
            Assert.IsLessThanOrEqualTo(40, Interlocked.Increment(ref inside[which]));
            bool logsIn = i % 3 == 0;
            if (logsIn)
                gate.LoggedIn(addresses[which]);
            Interlocked.Decrement(ref inside[which]);
            Interlocked.Decrement(ref all);
            gate.Leave(addresses[which], logsIn);
        });

        Assert.IsGreaterThan(0, entered);
        Assert.AreEqual((0, 0, 0), (gate.Inside, gate.Unauthenticated, gate.Addresses));
    }

    [TestMethod]
    public void TryEnter_from_many_threads_lets_exactly_the_number_in()
    {
        ConnectionLimiter gate = Gate(maxConnections: 1_000, maxPerAddress: 40);
        int entered = 0;
        Parallel.For(0, 1_000, i =>
        {
            if (gate.TryEnter(i % 2 == 0 ? Here : There) == DisconnectReason.None)
                Interlocked.Increment(ref entered);
        });

        Assert.AreEqual((80, 80), (entered, gate.Inside));
    }

    private static ConnectionLimiter Gate(
        int maxConnections = 1_000, int maxPerAddress = 1_000, int maxUnauthenticatedPerAddress = 1_000, RandomEarlyDrop? unauthenticated = null) =>
        new(maxConnections, maxPerAddress, maxUnauthenticatedPerAddress, unauthenticated ?? Unlimited, () => throw new InvalidOperationException("No chance here."));

    private static AddressBlock Block(string address) => AddressBlock.Of(IPAddress.Parse(address));
}

/// <summary>Most of the tests are about strangers, and about who is let in.</summary>
file static class AdmissionGateExtensions
{
    public static DisconnectReason TryEnter(this ConnectionLimiter gate, AddressBlock address, bool isKnownAddress = false) =>
        gate.TryEnter(address, isKnownAddress, out _);
}
