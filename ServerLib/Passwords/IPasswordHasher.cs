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

    /// <summary>
    /// Finds out why a hash that was made elsewhere cannot be stored. An import calls it for each account. By default, no such hash can be.
    /// </summary>
    /// <param name="hash">The hash; any text.</param>
    /// <returns>
    /// What is wrong, as a phrase such as <c>it takes too much time</c>; <see langword="null"/> if <see cref="VerifyAsync"/> can verify a
    /// password with this hash, at a cost that a login may have.
    /// </returns>
    string? FindProblem(string hash) => "this server cannot verify hashes that were made elsewhere";

    /// <summary>
    /// Hashes an old, weak hash, so that the weak hash is not stored. <see cref="VerifyAsync"/> of the result succeeds for the password from
    /// which the weak hash was made, and asks for a new hash. By default, this is not supported.
    /// </summary>
    /// <param name="oldHash">The SHA-256 of the password's UTF-8 bytes, in lower-case hexadecimal digits, without a salt.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The hash to store; <see langword="null"/> if the queue is full.</returns>
    /// <exception cref="NotSupportedException">The hasher cannot do this.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    ValueTask<string?> WrapAsync(string oldHash, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("This password hasher cannot wrap old hashes.");
}
