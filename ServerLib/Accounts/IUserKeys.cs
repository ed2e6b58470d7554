namespace ServerLib;

/// <summary>
/// The keys with which users can log in, an optional capability of a user database. A server without it offers no login by key.
/// </summary>
/// <remarks>
/// Several accounts can have the same key; the client names the account when it logs in. Names are compared as in
/// <see cref="IUserDatabase"/>. Methods can be called concurrently. A method that is canceled throws
/// <see cref="OperationCanceledException"/>. If its token is canceled already, it throws at once and changes nothing. If the database fails,
/// methods throw <see cref="ServerLibException"/> unless stated otherwise.
/// </remarks>
public interface IUserKeys
{
    /// <summary>Gets an account's keys, oldest first.</summary>
    /// <param name="username">The account's name.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The keys; <see langword="null"/> if there is no account with this name.</returns>
    ValueTask<IReadOnlyList<UserKey>?> GetKeysAsync(string username, CancellationToken cancellationToken = default);

    /// <summary>
    /// Adds a key to an account, in one step. If two keys with the same name are added at once, one of them is refused. An account has a
    /// maximum number of keys, below 1,000, that the implementation chooses: more are refused with <see cref="AddKeyResult.TooMany"/>, also
    /// if several are added at once. When this completes, the key is on disk.
    /// </summary>
    /// <param name="username">The account's name.</param>
    /// <param name="keyName">The key's name. It follows the same rules as a user's name.</param>
    /// <param name="publicKey">The key as DER SubjectPublicKeyInfo; any bytes. They are not used after this method returns.</param>
    /// <param name="cancellationToken">Cancels the wait. A change that has begun may still be made.</param>
    /// <returns>Whether the key was added, or the reason why not.</returns>
    ValueTask<AddKeyResult> AddKeyAsync(
        string username, string keyName, ReadOnlyMemory<byte> publicKey, CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes a key from an account. When this completes, the key is removed from disk. Connections that logged in with it stay open.
    /// </summary>
    /// <param name="username">The account's name.</param>
    /// <param name="keyName">The key's name.</param>
    /// <param name="cancellationToken">Cancels the wait. A change that has begun may still be made.</param>
    /// <returns>The removed key; <see langword="null"/> if there is no such account or key.</returns>
    ValueTask<UserKey?> RemoveKeyAsync(string username, string keyName, CancellationToken cancellationToken = default);

    /// <summary>
    /// Looks for <see cref="Credentials.ProvenKey"/> among the account's keys, records the attempt with its address, and sets the key's
    /// <see cref="UserKey.LastUsed"/>. Logins with an unknown name, with an unproven key and to a locked account fail after the same time.
    /// </summary>
    /// <param name="credentials">
    /// The name, key and address. The address can be <see langword="null"/>, and the key can be empty.
    /// </param>
    /// <param name="cancellationToken">Cancels the wait. A change that has begun may still be made.</param>
    /// <returns>
    /// <see cref="LoginCode.Ok"/> with <see cref="LoginResult.Alias"/> and <see cref="LoginResult.KeyName"/>;
    /// <see cref="LoginCode.Failure"/>; or <see cref="LoginCode.Busy"/>, also if the database fails.
    /// </returns>
    ValueTask<LoginResult> AuthenticateKeyAsync(Credentials credentials, CancellationToken cancellationToken = default);
}
