using System.Net;
using ServerLib.RateLimiting;

namespace ServerLib.Tests.RateLimiting;

/// <summary>Creates connection limiters and takes their slots.</summary>
internal static class ConnectionLimiters
{
    public const string Here = "203.0.113.7";
    public const string There = "203.0.113.8";

    private static readonly RandomEarlyDrop Unlimited = new(int.MaxValue, 1, int.MaxValue);

    public static ConnectionLimiter Create(
        int maxConnections = 1_000, int maxPerAddress = 1_000, int maxUnauthenticatedPerAddress = 1_000, RandomEarlyDrop? unauthenticated = null) =>
        new(
            maxConnections,
            maxPerAddress,
            maxUnauthenticatedPerAddress,
            unauthenticated ?? Unlimited,
            () => throw new InvalidOperationException("Chance must not decide here."));

    public static ConnectionLease Acquire(ConnectionLimiter limiter, string address, bool isKnownAddress = false)
    {
        Assert.IsTrue(limiter.TryAcquire(EndPoint(address), isKnownAddress, out ConnectionLease? lease, out DisconnectReason refusal));
        Assert.AreEqual(DisconnectReason.None, refusal);
        return lease;
    }

    public static DisconnectReason Refusal(ConnectionLimiter limiter, string address, bool isKnownAddress = false)
    {
        Assert.IsFalse(limiter.TryAcquire(EndPoint(address), isKnownAddress, out ConnectionLease? lease, out DisconnectReason refusal));
        Assert.IsNull(lease);
        return refusal;
    }

    public static (int Count, int Unauthenticated, int Addresses) State(ConnectionLimiter limiter) =>
        (limiter.Count, limiter.UnauthenticatedCount, limiter.AddressCount);

    public static IPEndPoint EndPoint(string address) => new(IPAddress.Parse(address), 5);
}
