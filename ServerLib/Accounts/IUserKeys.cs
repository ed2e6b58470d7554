namespace ServerLib;

/// <summary>
/// The keys with which accounts can be logged in to. A user database that implements it has such keys; with one that doesn't, nobody is
/// offered a login by key.
/// </summary>
/// <remarks>
/// One key may be in several accounts: who logs in says which he means. All methods may be called at once from several threads, and
/// throw <see cref="ServerLibException"/> where the database is out of order, unless they say otherwise.
/// </remarks>
public interface IUserKeys
{
    /// <summary>An account's keys, the oldest first.</summary>
    /// <returns><see langword="null"/> when there is no such account.</returns>
    ValueTask<IReadOnlyList<UserKey>?> GetKeysAsync(string username, CancellationToken cancellationToken = default);

    /// <summary>Adds a key to an account. When this completes, it is on disk.</summary>
    /// <param name="username">The account.</param>
    /// <param name="keyName">What the key is called, by the rules for users' names.</param>
    /// <param name="publicKey">The key as DER SubjectPublicKeyInfo.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    ValueTask<AddKeyResult> AddKeyAsync(
        string username, string keyName, ReadOnlyMemory<byte> publicKey, CancellationToken cancellationToken = default);

    /// <summary>Removes a key from an account. Who is logged in by it stays.</summary>
    /// <returns>What was removed; <see langword="null"/> when there is no such account or key.</returns>
    ValueTask<UserKey?> RemoveKeyAsync(string username, string keyName, CancellationToken cancellationToken = default);

    /// <summary>
    /// Looks for <see cref="Credentials.ProvenKey"/> among the account's keys, and adds the address to the account's attempts, right or
    /// wrong; a key that is there was used now. An unknown name fails, at the cost of a known one; so does a key that is not proven.
    /// </summary>
    /// <returns><see cref="LoginCode.Ok"/>, <see cref="LoginCode.Failure"/> or <see cref="LoginCode.Busy"/>.</returns>
    ValueTask<LoginResult> AuthenticateKeyAsync(Credentials credentials, CancellationToken cancellationToken = default);
}
