using ServerLib.RateLimiting;
using static ServerLib.Tests.RateLimiting.ConnectionLimiters;

namespace ServerLib.Tests.RateLimiting;

/// <summary>Which connections are accepted when many have not logged in: random early drop, and slots for known addresses.</summary>
[TestClass]
public sealed class ConnectionLimiterPriorityTests
{
    [TestMethod]
    public void Chance_decides_between_start_and_full()
    {
        double random = 0.5;
        var limiter = new ConnectionLimiter(10, 10, 10, new RandomEarlyDrop(1, 50, 3), () => random);
        Acquire(limiter, Here);
        random = 0.49;
        Assert.AreEqual(DisconnectReason.TooManyUnauthenticated, Refusal(limiter, Here));
        random = 0.5;
        Acquire(limiter, Here);
        random = 0.74;
        Assert.AreEqual(DisconnectReason.TooManyUnauthenticated, Refusal(limiter, Here));
        random = 0.75;
        Acquire(limiter, Here);
        random = 0.999999;
        Assert.AreEqual(DisconnectReason.TooManyUnauthenticated, Refusal(limiter, Here));
    }

    [TestMethod]
    public void A_known_address_gets_a_few_slots_however_many_unknown_clients_there_are()
    {
        const string Home = "192.0.2.1";
        ConnectionLimiter limiter = Create(maxUnauthenticatedPerAddress: 6, unauthenticated: new RandomEarlyDrop(2, 100, 2));
        Acquire(limiter, Here);
        Acquire(limiter, There);
        ConnectionLease[] leases =
            [.. Enumerable.Range(0, ConnectionLimiter.PriorityPerAddress).Select(_ => Acquire(limiter, Home, isKnownAddress: true))];
        Assert.IsTrue(leases.All(lease => lease.HasPriority));

        Assert.AreEqual(DisconnectReason.TooManyUnauthenticated, Refusal(limiter, Home, isKnownAddress: true));
        Assert.AreEqual(DisconnectReason.TooManyUnauthenticated, Refusal(limiter, Here));

        // A login makes room for the next connection from there.
        leases[0].MarkLoggedIn();
        Acquire(limiter, Home, isKnownAddress: true);
        Assert.AreEqual(DisconnectReason.TooManyUnauthenticated, Refusal(limiter, Home, isKnownAddress: true));
        Assert.AreEqual((7, 6), (limiter.Count, limiter.UnauthenticatedCount));
    }

    [TestMethod]
    public void Only_the_first_few_connections_of_a_known_address_have_priority()
    {
        ConnectionLimiter limiter = Create();
        for (int i = 0; i < 10; i++)
        {
            Assert.AreEqual(i < ConnectionLimiter.PriorityPerAddress, Acquire(limiter, There, isKnownAddress: true).HasPriority);
            Assert.IsFalse(Acquire(limiter, Here).HasPriority);
        }
    }

    [TestMethod]
    public void A_known_address_is_subject_to_the_other_limits()
    {
        ConnectionLimiter limiter = Create(maxConnections: 3, maxPerAddress: 2, maxUnauthenticatedPerAddress: 1);
        ConnectionLease lease = Acquire(limiter, Here, isKnownAddress: true);
        Assert.AreEqual(DisconnectReason.TooManyUnauthenticatedFromAddress, Refusal(limiter, Here, isKnownAddress: true));
        lease.MarkLoggedIn();
        Acquire(limiter, Here, isKnownAddress: true);
        Assert.AreEqual(DisconnectReason.TooManyFromAddress, Refusal(limiter, Here, isKnownAddress: true));
        Acquire(limiter, There);
        Assert.AreEqual(DisconnectReason.ServerFull, Refusal(limiter, "192.0.2.1", isKnownAddress: true));
    }
}
