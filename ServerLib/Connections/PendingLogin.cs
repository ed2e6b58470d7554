namespace ServerLib.Connections;

/// <summary>
/// A login of which it is not known yet whether it is right, or that is right and not on the ledger yet. Where its account changes
/// meanwhile, only one that is right ends for it: a guesser must not learn that there is such an account, nor that it was touched.
/// </summary>
/// <param name="name">The name that was given.</param>
internal sealed class PendingLogin(string name)
{
    private readonly Lock _gate = new();
    private bool _isRight;
    private DisconnectReason _overtakenBy;

    public string Name => name;

    /// <summary>The account has changed.</summary>
    /// <returns>Whether the login was right already, so that its connection has to end; if not, <see cref="TryCommit"/> will say so.</returns>
    public bool Invalidate(DisconnectReason reason)
    {
        lock (_gate)
        {
            _overtakenBy = reason;
            return _isRight;
        }
    }

    /// <summary>The login is right.</summary>
    /// <returns>What its connection has to end for all the same; <see cref="DisconnectReason.None"/> when it is in.</returns>
    public DisconnectReason TryCommit()
    {
        lock (_gate)
        {
            _isRight = true;
            return _overtakenBy;
        }
    }
}
