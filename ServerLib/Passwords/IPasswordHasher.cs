namespace ServerLib;

/// <summary>Turns passwords into hashes that can be kept, and compares.</summary>
public interface IPasswordHasher
{
    /// <summary>Hashes a password with a new salt.</summary>
    /// <param name="password">The password, not empty.</param>
    /// <param name="hasPriority">
    /// Whether who waits for it is known here (an admin, a user who is logged in, or one who comes from where he has logged in before:
    /// <see cref="Credentials.IsKnownAddress"/>), and is not to be held up by all others who wait.
    /// </param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The hash as text, with its salt and parameters; <see langword="null"/> when there is no room in the queue.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask<string?> HashAsync(string password, bool hasPriority = false, CancellationToken cancellationToken = default);

    /// <summary>Compares a password with a hash, in constant time.</summary>
    /// <param name="password">The password as given.</param>
    /// <param name="hash">
    /// What <see cref="HashAsync"/> made. One that can't be read, such as an empty text for a name that nobody has, fails at the
    /// cost of one that can.
    /// </param>
    /// <param name="hasPriority">As with <see cref="HashAsync"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>What it came to.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask<PasswordVerification> VerifyAsync(
        string password, string hash, bool hasPriority = false, CancellationToken cancellationToken = default);
}
