namespace ServerLib;

/// <summary>
/// The keys with which accounts can be logged in to. A user database that implements it has such keys; with one that doesn't, nobody is
/// offered a login by key.
/// </summary>
/// <remarks>
/// One key may be in several accounts: who logs in says which he means. All methods may be called at once from several threads, and
/// throw <see cref="ServerLibException"/> where the database is out of order, unless they say otherwise, and
/// <see cref="OperationCanceledException"/> when they are cancelled. Names are compared as in <see cref="IUserDatabase"/>.
/// </remarks>
public interface IUserKeys
{
    /// <summary>An account's keys, the oldest first.</summary>
    /// <param name="username">The account's name.</param>
    /// <param name="cancellationToken">Gives up waiting; what has begun may be done all the same.</param>
    /// <returns><see langword="null"/> when there is no such account.</returns>
    ValueTask<IReadOnlyList<UserKey>?> GetKeysAsync(string username, CancellationToken cancellationToken = default);

    /// <summary>
    /// Adds a key to an account. When this completes, it is on disk. Whether it may be added is found out in the same step, so of two at
    /// once with one name one is refused.
    /// </summary>
    /// <param name="username">The account's name.</param>
    /// <param name="keyName">What the key is called, by the rules for users' names.</param>
    /// <param name="publicKey">The key as DER SubjectPublicKeyInfo, any bytes; copied before this returns, or not kept.</param>
    /// <param name="cancellationToken">Gives up waiting; what has begun may be done all the same.</param>
    /// <returns>Whether it was added, or why not.</returns>
    ValueTask<AddKeyResult> AddKeyAsync(
        string username, string keyName, ReadOnlyMemory<byte> publicKey, CancellationToken cancellationToken = default);

    /// <summary>Removes a key from an account. Who is logged in by it stays. When this completes, it is gone from the disk.</summary>
    /// <param name="username">The account's name.</param>
    /// <param name="keyName">What the key is called.</param>
    /// <param name="cancellationToken">Gives up waiting; what has begun may be done all the same.</param>
    /// <returns>What was removed; <see langword="null"/> when there is no such account or key.</returns>
    ValueTask<UserKey?> RemoveKeyAsync(string username, string keyName, CancellationToken cancellationToken = default);

    /// <summary>
    /// Looks for <see cref="Credentials.ProvenKey"/> among the account's keys, and adds the address to the account's attempts, right or
    /// wrong; a key that is there was used now. An unknown name fails, at the cost of a known one; so does a key that is not proven,
    /// and a locked account.
    /// </summary>
    /// <param name="credentials">
    /// The name, the key and the address as they came; the address may be <see langword="null"/>, the key empty.
    /// </param>
    /// <param name="cancellationToken">Gives up waiting; what has begun may be done all the same.</param>
    /// <returns>
    /// <see cref="LoginCode.Ok"/>, with <see cref="LoginResult.Alias"/> and <see cref="LoginResult.KeyName"/>;
    /// <see cref="LoginCode.Failure"/> or <see cref="LoginCode.Busy"/>, which is also for a database that is out of order.
    /// </returns>
    ValueTask<LoginResult> AuthenticateKeyAsync(Credentials credentials, CancellationToken cancellationToken = default);
}
