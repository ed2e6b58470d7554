namespace ServerLib.Testing.Accounts;

/// <summary>The keys of the accounts of an <see cref="InMemoryUserDatabase"/>.</summary>
/// <param name="accounts">The accounts.</param>
internal sealed class InMemoryKeys(InMemoryAccounts accounts)
{
    public IReadOnlyList<UserKey>? List(string username) => accounts.Use<UserKey[]?>(username, account => account is null ? null : [.. account.Keys]);

    public AddKeyResult Add(string username, string keyName, ReadOnlyMemory<byte> publicKey)
    {
        if (!UserName.IsValid(keyName))
            return AddKeyResult.NameRefused;
        if (!UserKey.TryGetFingerprint(publicKey.Span, out string? fingerprint))
            return AddKeyResult.KeyRefused;
        return accounts.Use(username, account =>
        {
            if (account is null)
                return AddKeyResult.NoSuchUser;
            if (account.Keys.Exists(key => UserName.Same(key.Name, keyName)))
                return AddKeyResult.NameTaken;
            if (account.Keys.Exists(key => key.Fingerprint == fingerprint))
                return AddKeyResult.KnownKey;
            if (account.Keys.Count >= LiteDbUserDatabase.MaxKeysPerUser)
                return AddKeyResult.TooMany;
            account.Keys.Add(new UserKey(keyName, fingerprint, accounts.Now));
            account.ChangeStamp();
            return AddKeyResult.Added;
        });
    }

    public UserKey? Remove(string username, string keyName) => accounts.Use(username, account =>
    {
        if (account?.Keys.Find(key => UserName.Same(key.Name, keyName)) is not { } found)
            return null;
        account.Keys.Remove(found);
        account.ChangeStamp();
        return found;
    });

    public LoginResult Authenticate(Credentials credentials) => accounts.Use(credentials.Username, account =>
    {
        string fingerprint = credentials.ProvenKey.IsEmpty ? "" : UserKey.FingerprintOf(credentials.ProvenKey.Span);
        int index = account is { IsLocked: false } ? account.Keys.FindIndex(key => key.Fingerprint == fingerprint) : -1;
        if (index < 0)
            return new LoginResult(LoginCode.Failure) { Detail = "no such user or key, or the account is locked" };
        UserKey used = account!.Keys[index] = account.Keys[index] with { LastUsed = accounts.Now };
        return LoginResult.Ok(account.Name) with { KeyName = used.Name };
    });
}
