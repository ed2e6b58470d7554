namespace ServerLib;

/// <summary>Says who a client is.</summary>
public interface IAuthenticator
{
    /// <summary>Decides on one attempt to log in.</summary>
    /// <param name="credentials">What the client gave; anything may stand in it.</param>
    /// <param name="cancellationToken">Cancelled when the client has gone.</param>
    /// <returns>How it ended, and the account's name as registered when it ended well.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default);
}
