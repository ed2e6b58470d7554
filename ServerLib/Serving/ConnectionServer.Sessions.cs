using ServerLib.Wire;

namespace ServerLib;

/// <content>What becomes of an account's connections when the account changes.</content>
public sealed partial class ConnectionServer
{
    /// <summary>
    /// Ends an account's connections: those that are logged in to it, and those that are about to be, whose password may have been
    /// found right before the change.
    /// </summary>
    /// <param name="username">The account's name.</param>
    /// <param name="reason">Why, such as <see cref="DisconnectReason.AccountChanged"/>.</param>
    /// <param name="except">One that stays. Default none does.</param>
    /// <returns>How many that were logged in were ended.</returns>
    public int EndSessions(string username, DisconnectReason reason, Connection? except = null)
    {
        ArgumentNullException.ThrowIfNull(username);
        int ended = 0;
        foreach ((_, Connection client) in _live)
        {
            if (client == except || client.Reason != DisconnectReason.None || !UserName.Same(client.ClaimedName, username))
                continue;
            client.End(reason);
            ended += client.Alias.Length > 0 ? 1 : 0;
        }

        return ended;
    }
}
