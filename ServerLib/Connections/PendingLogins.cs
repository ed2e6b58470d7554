using System.Collections.Concurrent;
using ServerLib.Protocol;

namespace ServerLib.Connections;

/// <summary>The logins of a server that are being checked, or that were right while their connections have no names yet.</summary>
internal sealed class PendingLogins
{
    private readonly ConcurrentDictionary<Connection, PendingLogin> _logins = new();

    /// <summary>The number of pending logins.</summary>
    public int Count => _logins.Count;

    /// <summary>A login is being checked from now on.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="username">The name that the client gave.</param>
    public PendingLogin Begin(Connection client, string username) => _logins[client] = new PendingLogin(this, client, username);

    /// <summary>A login is not pending any more. Only the login calls this.</summary>
    public void End(Connection client) => _logins.TryRemove(client, out _);

    /// <summary>
    /// An account has changed. Logins to it that were right end their connections. A login that is still being checked ends it once it is
    /// right; a wrong one gets the answer that it would have got anyway.
    /// </summary>
    public void Invalidate(string username, DisconnectReason reason)
    {
        foreach ((Connection client, PendingLogin login) in _logins)
        {
            if (UserName.Same(login.Name, username) && login.Invalidate(reason))
                client.End(reason);
        }
    }
}
