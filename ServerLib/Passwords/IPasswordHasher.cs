namespace ServerLib;

/// <summary>Hashes passwords for storage, and verifies them.</summary>
public interface IPasswordHasher
{
    /// <summary>Hashes a password with a new salt.</summary>
    /// <param name="password">The password, not empty.</param>
    /// <param name="hasPriority">
    /// Whether the hash is for an admin, for a logged-in user, or for a login from an address from which the user has logged in before
    /// (<see cref="Credentials.IsKnownAddress"/>). Unknown clients should not delay such a hash.
    /// </param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The hash as text, with its salt and parameters; <see langword="null"/> if the queue is full.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    ValueTask<string?> HashAsync(string password, bool hasPriority = false, CancellationToken cancellationToken = default);

    /// <summary>Compares a password with a hash, in constant time.</summary>
    /// <param name="password">The password that the client gave.</param>
    /// <param name="hash">
    /// A result of <see cref="HashAsync"/>. Any other text fails after the same time as a valid hash. For an unknown name, the server
    /// passes an empty text.
    /// </param>
    /// <param name="hasPriority">As in <see cref="HashAsync"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The result.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    ValueTask<PasswordVerification> VerifyAsync(
        string password, string hash, bool hasPriority = false, CancellationToken cancellationToken = default);
}
