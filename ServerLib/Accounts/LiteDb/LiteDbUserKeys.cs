using System.Security.Cryptography;
using ServerLib.Files;
using ServerLib.Protocol;

namespace ServerLib.Accounts;

/// <summary>Login keys. Only their fingerprints are stored, because a client sends the key itself when it logs in.</summary>
internal sealed class LiteDbUserKeys(LiteDbDataSource source) : IUserKeys
{
    public async ValueTask<IReadOnlyList<UserKey>?> GetKeysAsync(string username, CancellationToken cancellationToken = default) =>
        (await source.FindAsync(username, cancellationToken).ConfigureAwait(false))?.Keys;

    public async ValueTask<AddKeyResult> AddKeyAsync(
        string username, string keyName, ReadOnlyMemory<byte> publicKey, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keyName);
        if (!UserName.IsValid(keyName))
            return AddKeyResult.NameRefused;
        using RSA? rsa = RsaPublicKey.ImportDer(publicKey.Span);
        if (rsa is null)
            return AddKeyResult.KeyRefused;

        // A key has several DER encodings. Logins use the one that .NET exports, so its fingerprint is stored.
        var added = new UserKey(keyName, UserKey.FingerprintOf(rsa.ExportSubjectPublicKeyInfo()), GetStoredNow());
        string key = LiteDbDataSource.KeyOf(username) ?? "";
        return await source.RunAsync(store => Add(store, key, added), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<UserKey?> RemoveKeyAsync(string username, string keyName, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keyName);
        string key = LiteDbDataSource.KeyOf(username) ?? "";
        return await source.RunAsync(
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

    public async ValueTask<LoginResult> AuthenticateKeyAsync(Credentials credentials, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        string fingerprint = credentials.ProvenKey.IsEmpty ? "" : UserKey.FingerprintOf(credentials.ProvenKey.Span);
        string key = LiteDbDataSource.KeyOf(credentials.Username) ?? "";
        string address = AddressText.From(credentials.Address);
        DateTimeOffset now = GetStoredNow();
        try
        {
            return await source.RunAsync(store => Authenticate(store, key, fingerprint, address, now), cancellationToken).ConfigureAwait(false);
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
        if (user.Keys.Count >= LiteDbUserDatabase.MaxKeysPerUser)
            return AddKeyResult.TooMany;
        user.Keys.Add(added);
        store.Update(user);
        return AddKeyResult.Added;
    }

    /// <summary>Records an attempt, and that the key was used.</summary>
    /// <returns>A failure if there is no such account, the account is locked, or it does not have the key.</returns>
    private static LoginResult Authenticate(UserStore store, string key, string fingerprint, string address, DateTimeOffset now)
    {
        if (store.Find(key) is not { } user)
        {
            store.RecordUnknownAttempt(address);
            return Failure(LoginProblem.NoSuchUser);
        }

        user.AddAttempt(address);
        int index = user.IsLocked ? -1 : user.Keys.FindIndex(one => one.Fingerprint == fingerprint);
        if (index >= 0)
            user.Keys[index] = user.Keys[index] with { LastUsed = now };
        store.Update(user);
        if (index >= 0)
            return LoginResult.Ok(user.Name) with { KeyName = user.Keys[index].Name };
        if (user.IsLocked)
            return Failure(LoginProblem.Locked);
        return Failure(fingerprint.Length == 0 ? LoginProblem.NoKey : LoginProblem.WrongKey);

        static LoginResult Failure(string problem) => new(LoginCode.Failure) { Detail = problem };
    }

    // Stored times are in milliseconds.
    private DateTimeOffset GetStoredNow() => DateTimeOffset.FromUnixTimeMilliseconds(source.Time.GetUtcNow().ToUnixTimeMilliseconds());
}
