namespace ServerLib.Accounts;

/// <summary>What a login changes in an account: counters and addresses, when a key was used, and an updated hash of the password.</summary>
/// <param name="key">The account's key.</param>
/// <param name="id">The account's number. An account that was added later under the same name is not changed. 0 for any account.</param>
/// <param name="counter">The number that the change increases by one.</param>
/// <param name="change">Changes the account.</param>
internal sealed class LoginRecord(string key, long id, Func<UserRecord, long> counter, Action<UserRecord> change)
{
    private long _id = id;
    private long _counted;

    /// <summary>The account's key.</summary>
    public string Key => key;

    /// <summary>A login attempt.</summary>
    /// <param name="user">The account.</param>
    /// <param name="address">The client's address.</param>
    /// <param name="change">What else changes. Default: nothing.</param>
    public static LoginRecord Attempt(UserRecord user, string address, Action<UserRecord>? change = null) => new(
        user.Key,
        user.Id,
        static account => account.AttemptCount,
        account =>
        {
            account.AddAttempt(address);
            change?.Invoke(account);
        });

    /// <summary>A logon.</summary>
    /// <param name="key">The account's key.</param>
    /// <param name="address">The client's address.</param>
    public static LoginRecord Logon(string key, string address) =>
        new(key, 0, static account => account.LogonCount, account => account.LogOn(address));

    /// <summary>Changes the account if there still is one, unless an earlier attempt has. A commit that fails may have changed it.</summary>
    /// <returns>Whether there is an account.</returns>
    public bool Apply(UserStore store)
    {
        if (store.Find(key) is not { } user || (_id != 0 && user.Id != _id))
            return false;
        _id = user.Id;
        if (_counted != 0 && counter(user) >= _counted)
            return true;
        change(user);
        _counted = counter(user);
        store.Update(user);
        return true;
    }
}
