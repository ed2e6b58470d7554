using System.Diagnostics.CodeAnalysis;
using System.Net;
using ServerLib.Authentication;
using ServerLib.Bans;
using ServerLib.RateLimiting;

namespace ServerLib.Server;

/// <summary>Decides which connections are admitted: none from banned or penalized addresses, and none beyond the limits.</summary>
/// <param name="bans">The bans in force.</param>
/// <param name="throttle">The penalties of addresses, and the addresses from which users have logged in before.</param>
/// <param name="reports">Reports the penalties that begin.</param>
/// <param name="limiter">The limits.</param>
/// <param name="healthChecks">The addresses of health checks.</param>
internal sealed class ConnectionAdmission(
    BanList bans, LoginThrottle throttle, LoginThrottleReports reports, ConnectionLimiter limiter, AddressBlock[] healthChecks)
{
    private volatile AddressBlock[] _healthChecks = healthChecks;

    /// <summary>The number of admitted connections that hold slots.</summary>
    public int Count => limiter.Count;

    /// <summary>Takes the slots that a new connection needs, or says why it is refused. A refusal allocates nothing.</summary>
    /// <param name="from">The client's end point.</param>
    /// <param name="lease">The slots. Dispose it when the connection has ended.</param>
    /// <param name="refusal">The reason for the refusal.</param>
    public bool TryAdmit(EndPoint from, [NotNullWhen(true)] out ConnectionLease? lease, out DisconnectReason refusal)
    {
        lease = null;
        refusal = DisconnectReason.Banned;
        if (bans.Covers(from))
            return false;
        refusal = DisconnectReason.Penalized;
        return !throttle.Addresses.IsRefused(from, out _)
            && limiter.TryAcquire(from, throttle.Accounts.IsKnownAddress(throttle.PenalizedAddresses.BlockOf(from)), out lease, out refusal);
    }

    /// <summary>Ends a connection that is banned by now: bans that come after <see cref="TryAdmit"/> must not miss it.</summary>
    /// <returns>Whether it is banned.</returns>
    public bool EndIfBanned(Connection client)
    {
        if (client.Alias.Length == 0 && bans.Covers(client.RemoteEndPoint))
            client.End(DisconnectReason.Banned);
        else if (client.Alias.Length > 0 && bans.Find(client.Alias) is { } ban)
            client.End(DisconnectReason.Banned, ban.Notice, bans.Remaining(ban));
        return client.Reason == DisconnectReason.Banned;
    }

    /// <summary>Adds to the penalty of a client's address what its connection has earned by how it ended.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="isExcused">Whether the client had logged in, or could not because the server was busy.</param>
    public void Penalize(Connection client, bool isExcused)
    {
        bool sentNothing = !client.Activity.HasReceived;
        if (sentNothing && IsHealthCheck(client.RemoteEndPoint))
            return;
        reports.Penalized(
            throttle.Addresses.Add(client.RemoteEndPoint, AddressPenalties.For(client.Reason, isExcused)), sentNothing);
    }

    /// <summary>Whether a connection comes from an address of health checks.</summary>
    public bool IsHealthCheck(EndPoint from)
    {
        AddressBlock[] ranges = _healthChecks;
        if (ranges.Length == 0 || from is not IPEndPoint)
            return false;
        AddressBlock address = AddressBlock.Exactly(from);
        return Array.Exists(ranges, range => range.Contains(address));
    }

    /// <summary>Uses other limits from now on. Admitted connections stay.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="healthChecks">The addresses of health checks.</param>
    public void Change(ServerLimits limits, AddressBlock[] healthChecks)
    {
        limiter.Change(limits);
        _healthChecks = healthChecks;
    }

    /// <summary>The client's addresses, where its lines in the activity log are limited; otherwise <see langword="null"/>.</summary>
    public AddressBlock? SourceOf(EndPoint from) => throttle.PenalizedAddresses.TryFind(from, out AddressBlock source) ? source : null;
}
