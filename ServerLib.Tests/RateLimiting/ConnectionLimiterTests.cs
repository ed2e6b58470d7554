using System.Net;
using ServerLib.RateLimiting;
using static ServerLib.Tests.RateLimiting.ConnectionLimiters;

namespace ServerLib.Tests.RateLimiting;

[TestClass]
public sealed class ConnectionLimiterTests
{
    [TestMethod]
    public void TryAcquire_refuses_over_the_limit_until_a_lease_is_disposed()
    {
        ConnectionLimiter limiter = Create(maxConnections: 2);

        ConnectionLease lease = Acquire(limiter, Here);
        Acquire(limiter, There);
        Assert.AreEqual(DisconnectReason.ServerFull, Refusal(limiter, Here));
        Assert.AreEqual(2, limiter.Count);
        lease.Dispose();
        Acquire(limiter, There);
    }

    [TestMethod]
    public void An_address_has_its_own_limit()
    {
        ConnectionLimiter limiter = Create(maxPerAddress: 2);

        ConnectionLease lease = Acquire(limiter, Here);
        Acquire(limiter, Here);
        Assert.AreEqual(DisconnectReason.TooManyFromAddress, Refusal(limiter, Here));
        Acquire(limiter, There);
        lease.MarkLoggedIn();
        lease.Dispose();
        Acquire(limiter, Here);
        Assert.AreEqual(DisconnectReason.TooManyFromAddress, Refusal(limiter, Here));
    }

    [TestMethod]
    [DataRow("127.0.0.1")]
    [DataRow("127.8.8.8")]
    [DataRow("::1")]
    [DataRow("::ffff:127.0.0.1")]
    public void Loopback_counts_towards_the_total_only(string address)
    {
        ConnectionLimiter limiter = Create(
            maxConnections: 6, maxPerAddress: 1, maxUnauthenticatedPerAddress: 1, unauthenticated: new RandomEarlyDrop(1, 100, 1));
        ConnectionLease remote = Acquire(limiter, Here);
        Assert.AreEqual(DisconnectReason.TooManyUnauthenticated, Refusal(limiter, There));
        ConnectionLease[] local = [.. Enumerable.Range(0, 5).Select(_ => Acquire(limiter, address))];
        Assert.AreEqual(DisconnectReason.ServerFull, Refusal(limiter, address));
        Assert.AreEqual((6, 1, 1), State(limiter));
        Assert.IsTrue(local.All(lease => !lease.HasPriority));

        local[0].MarkLoggedIn();
        foreach (ConnectionLease lease in local)
            lease.Dispose();
        Assert.AreEqual((1, 1, 1), State(limiter));
        remote.Dispose();
        Assert.AreEqual((0, 0, 0), State(limiter));
    }

    [TestMethod]
    public void Loopback_counts_as_any_address_unless_it_is_exempt()
    {
        var limiter = new ConnectionLimiter(10, 2, 1, new RandomEarlyDrop(1, 100, 2), () => 0, exemptLoopback: false);
        ConnectionLease lease = Acquire(limiter, "127.0.0.1");
        Assert.AreEqual(DisconnectReason.TooManyUnauthenticatedFromAddress, Refusal(limiter, "127.0.0.1"));
        Assert.AreEqual(DisconnectReason.TooManyUnauthenticated, Refusal(limiter, "::1"));
        lease.MarkLoggedIn();
        Assert.AreEqual((1, 0, 1), State(limiter));
        lease.Dispose();
        Assert.AreEqual((0, 0, 0), State(limiter));
    }

    [TestMethod]
    public void A_mapped_IPv4_address_and_an_IPv6_network_count_as_one_address()
    {
        ConnectionLimiter limiter = Create(maxPerAddress: 1);
        Acquire(limiter, Here);
        Assert.AreEqual(DisconnectReason.TooManyFromAddress, Refusal(limiter, "::ffff:203.0.113.7"));
        Acquire(limiter, "2001:db8::1");
        Assert.AreEqual(DisconnectReason.TooManyFromAddress, Refusal(limiter, "2001:db8::2:3:4:5"));
        Acquire(limiter, "2001:db8:0:1::1");
    }

    [TestMethod]
    public void A_login_or_a_dispose_returns_the_unauthenticated_slot()
    {
        ConnectionLimiter limiter = Create(unauthenticated: new RandomEarlyDrop(2, 100, 2));

        ConnectionLease here = Acquire(limiter, Here), there = Acquire(limiter, There);
        Assert.AreEqual(DisconnectReason.TooManyUnauthenticated, Refusal(limiter, Here));
        here.MarkLoggedIn();
        Acquire(limiter, Here);
        Assert.AreEqual(DisconnectReason.TooManyUnauthenticated, Refusal(limiter, There));

        // A connection that has logged in no longer holds an unauthenticated slot.
        here.Dispose();
        Assert.AreEqual(DisconnectReason.TooManyUnauthenticated, Refusal(limiter, There));
        there.Dispose();
        Acquire(limiter, There);
        Assert.AreEqual(2, limiter.UnauthenticatedCount);
    }

    [TestMethod]
    public void An_address_has_its_own_limit_of_unauthenticated_connections()
    {
        ConnectionLimiter limiter = Create(maxUnauthenticatedPerAddress: 2);
        ConnectionLease first = Acquire(limiter, "2001:db8::1"), second = Acquire(limiter, "2001:db8::2");
        Assert.AreEqual(DisconnectReason.TooManyUnauthenticatedFromAddress, Refusal(limiter, "2001:db8::3"));
        Acquire(limiter, Here);

        // A login frees one slot. The end of that connection does not free another.
        first.MarkLoggedIn();
        Acquire(limiter, "2001:db8::1");
        first.Dispose();
        Assert.AreEqual(DisconnectReason.TooManyUnauthenticatedFromAddress, Refusal(limiter, "2001:db8::1"));
        second.Dispose();
        Acquire(limiter, "2001:db8::1");
    }

    [TestMethod]
    public void A_lease_returns_its_slots_once()
    {
        ConnectionLimiter limiter = Create();
        ConnectionLease first = Acquire(limiter, Here), second = Acquire(limiter, Here);
        Acquire(limiter, Here);

        first.MarkLoggedIn();
        first.MarkLoggedIn();
        Assert.AreEqual((3, 2, 1), State(limiter));
        first.Dispose();
        first.Dispose();
        Assert.AreEqual((2, 2, 1), State(limiter));
        second.Dispose();
        second.MarkLoggedIn();
        second.Dispose();
        Assert.AreEqual((1, 1, 1), State(limiter));
    }

    [TestMethod]
    public void A_lease_ends_its_session_once()
    {
        ConnectionLimiter limiter = Create();
        var session = new CountedSession();
        ConnectionLease lease = Acquire(limiter, Here);
        lease.MarkLoggedIn(session);
        Assert.AreEqual(0, session.Ended);
        lease.Dispose();
        lease.Dispose();
        Assert.AreEqual(1, session.Ended);

        lease = Acquire(limiter, Here);
        lease.MarkLoggedIn(session);
        lease.EndSession();
        Assert.AreEqual(2, session.Ended);
        lease.Dispose();
        Assert.AreEqual(2, session.Ended);
    }

    [TestMethod]
    public void Refused_and_ended_connections_leave_nothing_behind()
    {
        ConnectionLimiter limiter = Create(maxConnections: 1);
        ConnectionLease lease = Acquire(limiter, Here);
        for (int i = 0; i < 100; i++)
            Assert.AreEqual(DisconnectReason.ServerFull, Refusal(limiter, $"198.51.100.{i}"));
        Assert.AreEqual((1, 1, 1), State(limiter));
        lease.Dispose();
        Assert.AreEqual((0, 0, 0), State(limiter));
    }

    [TestMethod]
    public void A_refusal_allocates_nothing()
    {
        ConnectionLimiter limiter = Create(maxPerAddress: 1);
        IPEndPoint address = EndPoint(Here);
        Acquire(limiter, Here);
        for (int i = 0; i < 100; i++)
            limiter.TryAcquire(address, isKnownAddress: false, out _, out _);
        Assert.AreEqual(0, Allocations.Least(() =>
        {
            for (int i = 0; i < 1_000; i++)
                limiter.TryAcquire(address, isKnownAddress: false, out _, out _);
        }));
    }

    [TestMethod]
    public void Limits_hold_and_nothing_is_left_under_many_threads()
    {
        ConnectionLimiter limiter = Create(
            maxConnections: 100, maxPerAddress: 40, maxUnauthenticatedPerAddress: 30, unauthenticated: new RandomEarlyDrop(70, 100, 70));
        IPEndPoint[] addresses = [.. Enumerable.Range(1, 4).Select(i => EndPoint($"203.0.113.{i}"))];
        int[] perAddress = new int[addresses.Length];
        int acquired = 0, total = 0;
        Parallel.For(0, 20_000, i =>
        {
            int which = i % addresses.Length;
            if (!limiter.TryAcquire(addresses[which], isKnownAddress: false, out ConnectionLease? lease, out _))
                return;
            Interlocked.Increment(ref acquired);
            Assert.IsLessThanOrEqualTo(100, Interlocked.Increment(ref total));
            Assert.IsLessThanOrEqualTo(40, Interlocked.Increment(ref perAddress[which]));
            if (i % 3 == 0)
                lease.MarkLoggedIn();
            Interlocked.Decrement(ref perAddress[which]);
            Interlocked.Decrement(ref total);
            lease.Dispose();
        });

        Assert.IsGreaterThan(0, acquired);
        Assert.AreEqual((0, 0, 0), State(limiter));
    }

    [TestMethod]
    public void TryAcquire_admits_exactly_the_limit_under_many_threads()
    {
        ConnectionLimiter limiter = Create(maxConnections: 1_000, maxPerAddress: 40);
        int acquired = 0;
        Parallel.For(0, 1_000, i =>
        {
            if (limiter.TryAcquire(EndPoint(i % 2 == 0 ? Here : There), isKnownAddress: false, out _, out _))
                Interlocked.Increment(ref acquired);
        });

        Assert.AreEqual((80, 80), (acquired, limiter.Count));
    }

    private sealed class CountedSession : IDisposable
    {
        public int Ended { get; private set; }

        public void Dispose() => Ended++;
    }
}
