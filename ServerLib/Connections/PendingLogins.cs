using System.Collections.Concurrent;

namespace ServerLib.Connections;

/// <summary>The logins of a server that are being checked, or that were right while their connections have no names yet.</summary>
internal sealed class PendingLogins
{
    private readonly ConcurrentDictionary<Connection, PendingLogin> _logins = new();

    /// <summary>The number of pending logins.</summary>
    public int Count => _logins.Count;

    /// <summary>A login is being checked from now on.</summary>
    /// <param name="client">The connection.</param>
    public PendingLogin Begin(Connection client) => _logins[client] = new PendingLogin(this, client);

    /// <summary>A login is not pending any more. Only the login calls this.</summary>
    public void End(Connection client) => _logins.TryRemove(client, out _);

    /// <summary>
    /// An account has changed. Logins to it that were right end their connections. A login that is still being checked ends it once it is
    /// right; a wrong one gets the answer that it would have got anyway.
    /// </summary>
    /// <returns>The number of connections that were ended.</returns>
    public int Invalidate(string username, DisconnectReason reason)
    {
        int ended = 0;
        foreach ((Connection client, PendingLogin login) in _logins)
        {
            if (!login.Invalidate(username, reason) || client.Reason != DisconnectReason.None)
                continue;
            client.End(reason);
            ended++;
        }

        return ended;
    }
}
