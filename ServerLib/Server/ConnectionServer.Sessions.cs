using ServerLib.Files;
using ServerLib.Protocol;

namespace ServerLib;

/// <content>What becomes of an account's connections when the account changes.</content>
public sealed partial class ConnectionServer
{
    /// <summary>
    /// Ends an account's connections: those that are logged in to it, and those that are about to be, whose password may have been
    /// found right before the change. Who only guesses is told nothing.
    /// </summary>
    /// <param name="username">The account's name.</param>
    /// <param name="reason">Why, such as <see cref="DisconnectReason.AccountChanged"/>.</param>
    /// <param name="except">One that stays. Default none does.</param>
    /// <returns>How many that were logged in were ended.</returns>
    public int EndSessions(string username, DisconnectReason reason, Connection? except = null)
    {
        ArgumentNullException.ThrowIfNull(username);
        return End(reason, client => client != except && IsIn(client)).Count(client => client.Alias.Length > 0);

        // A login that is being looked at is ended once it turns out to be right; one that is wrong gets the answer of any other.
        bool IsIn(Connection client) => client.Alias.Length > 0
            ? UserName.Same(client.Alias, username)
            : client.Claim is { } claim && UserName.Same(claim.Name, username) && claim.Invalidate(reason);
    }

    /// <summary>
    /// Ends the connections that a user is logged in with, as <c>kick</c> does, and writes an entry <see cref="AuditEvent.Kicked"/> for each.
    /// He can log in again: <see cref="BanAsync"/> keeps him out.
    /// </summary>
    /// <param name="username">The user's name, compared as at a login.</param>
    /// <param name="actor">Who does it, for the audit trail: an admin's name, or a part of yours. Default nobody is named.</param>
    /// <returns>The connections that were ended; none when he is not connected.</returns>
    public IReadOnlyList<Connection> Kick(string username, string actor = "")
    {
        ArgumentNullException.ThrowIfNull(username);
        List<Connection> kicked = End(DisconnectReason.Kicked, client => UserName.Same(client.Alias, username));
        foreach (Connection client in kicked)
            _audit?.Write(AuditEvent.Kicked, client.Alias, AddressText.From(client.RemoteEndPoint), actor);
        return kicked;
    }

    /// <summary>Ends all connections that match and have not ended yet.</summary>
    private List<Connection> End(DisconnectReason reason, Func<Connection, bool> match)
    {
        List<Connection> matching = Matching(match);
        matching.ForEach(client => client.End(reason));
        return matching;
    }

    private List<Connection> Matching(Func<Connection, bool> match) =>
        [.. Live.Where(client => client.Reason == DisconnectReason.None && match(client))];
}
