namespace ServerLib.Connections;

/// <summary>
/// A login that is being checked, or that was right while its connection has no name yet. If its account changes meanwhile, only a right
/// login ends for it: a guesser must not learn that the account exists, nor that it was changed.
/// </summary>
/// <param name="logins">The logins that are pending.</param>
/// <param name="client">The connection.</param>
/// <param name="name">The name that the client gave.</param>
internal sealed class PendingLogin(PendingLogins logins, Connection client, string name) : IDisposable
{
    private readonly Lock _lock = new();
    private bool _isRight;
    private DisconnectReason _invalidatedBy;

    public string Name => name;

    /// <summary>The account has changed.</summary>
    /// <returns>Whether the login was right already, so that its connection has to end. If not, <see cref="TryCommit"/> tells.</returns>
    public bool Invalidate(DisconnectReason reason)
    {
        lock (_lock)
        {
            _invalidatedBy = reason;
            return _isRight;
        }
    }

    /// <summary>The login has failed, or its connection has its name: it is not pending any more.</summary>
    public void Dispose() => logins.End(client);

    /// <summary>The login is right.</summary>
    /// <returns>
    /// The reason why the connection must end although the login was right; <see cref="DisconnectReason.None"/> if it may stay.
    /// </returns>
    public DisconnectReason TryCommit()
    {
        lock (_lock)
        {
            _isRight = true;
            return _invalidatedBy;
        }
    }
}
