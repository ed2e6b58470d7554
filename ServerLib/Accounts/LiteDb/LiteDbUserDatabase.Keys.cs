using System.Security.Cryptography;
using ServerLib.Accounts;
using ServerLib.Files;
using ServerLib.Protocol;

namespace ServerLib;

/// <content>With which keys. Only their fingerprints are kept: whoever logs in shows the key itself.</content>
public sealed partial class LiteDbUserDatabase : IUserKeys
{
    /// <summary>How many keys an account may have.</summary>
    public const int MaxKeysPerUser = 20;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<UserKey>?> GetKeysAsync(string username, CancellationToken cancellationToken = default) =>
        (await FindAsync(username, cancellationToken).ConfigureAwait(false))?.Keys;

    /// <inheritdoc/>
    public async ValueTask<AddKeyResult> AddKeyAsync(
        string username, string keyName, ReadOnlyMemory<byte> publicKey, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keyName);
        if (!UserName.IsValid(keyName))
            return AddKeyResult.NameRefused;
        using RSA? rsa = RsaPublicKey.ImportDer(publicKey.Span);
        if (rsa is null)
            return AddKeyResult.KeyRefused;

        // The same key may be written in several ways; this is the one in which logins have it.
        var added = new UserKey(keyName, UserKey.FingerprintOf(rsa.ExportSubjectPublicKeyInfo()), Moment());
        string key = Key(username) ?? "";
        return await RunAsync(store => Add(store, key, added), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<UserKey?> RemoveKeyAsync(string username, string keyName, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keyName);
        string key = Key(username) ?? "";
        return await RunAsync(
            store =>
            {
                if (store.Find(key) is not { } user || user.Keys.Find(one => UserName.Same(one.Name, keyName)) is not { } found)
                    return null;
                user.Keys.Remove(found);
                store.Update(user);
                return found;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<LoginResult> AuthenticateKeyAsync(Credentials credentials, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        string fingerprint = credentials.ProvenKey.IsEmpty ? "" : UserKey.FingerprintOf(credentials.ProvenKey.Span);
        string key = Key(credentials.Username) ?? "";
        string address = AddressText.From(credentials.Address);
        DateTimeOffset now = Moment();
        try
        {
            return await RunAsync(store => Use(store, key, fingerprint, address, now), cancellationToken).ConfigureAwait(false);
        }
        catch (ServerLibException)
        {
            return new LoginResult(LoginCode.Busy);
        }
    }

    private static AddKeyResult Add(UserStore store, string key, UserKey added)
    {
        if (store.Find(key) is not { } user)
            return AddKeyResult.NoSuchUser;
        if (user.Keys.Exists(one => UserName.Same(one.Name, added.Name)))
            return AddKeyResult.NameTaken;
        if (user.Keys.Exists(one => one.Fingerprint == added.Fingerprint))
            return AddKeyResult.KnownKey;
        if (user.Keys.Count >= MaxKeysPerUser)
            return AddKeyResult.TooMany;
        user.Keys.Add(added);
        store.Update(user);
        return AddKeyResult.Added;
    }

    /// <summary>Writes down an attempt, and that a key was used.</summary>
    /// <returns>The login, which fails when there is no such account, it is locked, or it doesn't have the key.</returns>
    private static LoginResult Use(UserStore store, string key, string fingerprint, string address, DateTimeOffset now)
    {
        if (store.Find(key) is not { } user)
        {
            store.AttemptNobody(address);
            return new LoginResult(LoginCode.Failure);
        }

        user.Attempt(address);
        int index = user.IsLocked ? -1 : user.Keys.FindIndex(one => one.Fingerprint == fingerprint);
        if (index >= 0)
            user.Keys[index] = user.Keys[index] with { LastUsed = now };
        store.Update(user);
        return index >= 0 ? LoginResult.Ok(user.Name) with { KeyName = user.Keys[index].Name } : new LoginResult(LoginCode.Failure);
    }

    // What is kept is in milliseconds.
    private DateTimeOffset Moment() => DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds());
}
