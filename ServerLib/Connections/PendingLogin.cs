using ServerLib.Protocol;

namespace ServerLib.Connections;

/// <summary>
/// A login that is being checked, or that has succeeded while its connection has no name yet. If its account changes meanwhile, the
/// connection ends only if the login succeeds. Otherwise a guesser could learn that the account exists, or that it was changed.
/// </summary>
/// <param name="logins">The logins that are pending.</param>
/// <param name="client">The connection.</param>
internal sealed class PendingLogin(PendingLogins logins, Connection client) : IDisposable
{
    private readonly Lock _lock = new();
    private List<(string Username, DisconnectReason Reason)>? _changes;
    private string? _alias;

    /// <summary>Notes that an account has changed. The login may turn out to be to this account, although the client has given another name.</summary>
    /// <returns>
    /// Whether the login to this account has succeeded already, so that its connection must end. If the login is still being checked,
    /// <see cref="TryCommit"/> returns the reason.
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
