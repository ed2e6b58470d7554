using ServerLib.Files;

namespace ServerLib.Accounts;

/// <summary>Login keys. Only their fingerprints are stored, because a client sends the key itself when it logs in.</summary>
internal sealed class LiteDbUserKeys(LiteDbDataSource source, LoginRecords records) : IUserKeys
{
    public async ValueTask<IReadOnlyList<UserKey>?> GetKeysAsync(string username, CancellationToken cancellationToken = default) =>
        (await source.FindAsync(username, cancellationToken).ConfigureAwait(false))?.Keys;

    public async ValueTask<AddKeyResult> AddKeyAsync(
        string username, string keyName, ReadOnlyMemory<byte> publicKey, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keyName);
        if (!UserName.IsValid(keyName))
            return AddKeyResult.NameRefused;
        if (!UserKey.TryGetFingerprint(publicKey.Span, out string? fingerprint))
            return AddKeyResult.KeyRefused;
        var added = new UserKey(keyName, fingerprint, GetStoredNow());
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
                user.ChangeStamp();
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
        try
        {
            (UserRecord? user, LoginResult result) = await source
                .ReadAsync(store => Authenticate(store, key, fingerprint), cancellationToken).ConfigureAwait(false);
            Record(user, address, result.IsOk ? fingerprint : null);
            return result;
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
        user.ChangeStamp();
        store.Update(user);
        return AddKeyResult.Added;
    }

    /// <summary>Looks for an account's key.</summary>
    /// <returns>A failure if there is no such account, the account is locked, or it does not have the key.</returns>
    private static (UserRecord? User, LoginResult Result) Authenticate(UserStore store, string key, string fingerprint)
    {
        if (store.Find(key) is not { } user)
            return (null, Failure(LoginProblem.NoSuchUser));
        if (user.IsLocked)
            return (user, Failure(LoginProblem.Locked));
        if (user.Keys.Find(one => one.Fingerprint == fingerprint) is { } found)
            return (user, LoginResult.Ok(user.Name) with { KeyName = found.Name });
        return (user, Failure(fingerprint.Length == 0 ? LoginProblem.NoKey : LoginProblem.WrongKey));

        static LoginResult Failure(string problem) => new(LoginCode.Failure) { Detail = problem };
    }

    /// <summary>Records an attempt, and when the key was used.</summary>
    private void Record(UserRecord? user, string address, string? usedKey)
    {
        if (user is null)
        {
            records.AddUnknown(address);
            return;
        }

        DateTimeOffset now = GetStoredNow();
        records.Add(LoginRecord.Attempt(user, address, account =>
        {
            int index = account.Keys.FindIndex(one => one.Fingerprint == usedKey);
            if (index >= 0)
                account.Keys[index] = account.Keys[index] with { LastUsed = now };
        }));
    }

    // Stored times are in milliseconds.
    private DateTimeOffset GetStoredNow() => DateTimeOffset.FromUnixTimeMilliseconds(source.Time.GetUtcNow().ToUnixTimeMilliseconds());
}
