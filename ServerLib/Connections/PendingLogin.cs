using ServerLib.Protocol;

namespace ServerLib.Connections;

/// <summary>
/// A login that is being checked, or that was right while its connection has no name yet. If its account changes meanwhile, only a right
/// login ends for it: a guesser must not learn that the account exists, nor that it was changed.
/// </summary>
/// <param name="logins">The logins that are pending.</param>
/// <param name="client">The connection.</param>
internal sealed class PendingLogin(PendingLogins logins, Connection client) : IDisposable
{
    private readonly Lock _lock = new();
    private List<(string Username, DisconnectReason Reason)>? _changes;
    private string? _alias;

    /// <summary>An account has changed. Whose login this is, only the authenticator knows: the client may have given another name.</summary>
    /// <returns>
    /// Whether the login is to this account and was right already, so that its connection has to end. If it is still being checked,
    /// <see cref="TryCommit"/> tells.
    /// </returns>
    public bool Invalidate(string username, DisconnectReason reason)
    {
        lock (_lock)
        {
            if (_alias is not null)
                return UserName.Same(_alias, username);
            (_changes ??= []).Add((username, reason));
            return false;
        }
    }

    /// <summary>The login has failed, or its connection has its name: it is not pending any more.</summary>
    public void Dispose() => logins.End(client);

    /// <summary>The login is right.</summary>
    /// <param name="alias">The account's name.</param>
    /// <returns>
    /// The reason why the connection must end although the login was right; <see cref="DisconnectReason.None"/> if it may stay.
    /// </returns>
    public DisconnectReason TryCommit(string alias)
    {
        lock (_lock)
        {
            _alias = alias;
            return _changes?.FirstOrDefault(change => UserName.Same(change.Username, alias)).Reason ?? DisconnectReason.None;
        }
    }
}
