namespace ServerLib.Testing.Accounts;

/// <summary>The accounts of an <see cref="InMemoryUserDatabase"/>. Thread-safe: each call is one step.</summary>
/// <param name="time">The clock.</param>
internal sealed class InMemoryAccounts(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, InMemoryAccount> _accounts = [];
    private readonly List<InMemoryAccount> _inOrder = [];

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>All accounts, in the order in which they were added.</summary>
    public IReadOnlyList<UserAccount> All
    {
        get
        {
            lock (_lock)
                return [.. _inOrder.Select(account => account.ToAccount())];
        }
    }

    /// <summary>Reads or changes an account.</summary>
    /// <param name="name">The account's name; any text.</param>
    /// <param name="use">Gets the account; <see langword="null"/> if there is none.</param>
    public T Use<T>(string name, Func<InMemoryAccount?, T> use)
    {
        lock (_lock)
            return use(UserName.Key(name) is { } key ? _accounts.GetValueOrDefault(key) : null);
    }

    /// <summary>Changes an account, which gets another stamp.</summary>
    /// <returns>Whether there is an account, and <paramref name="change"/> has changed it.</returns>
    public bool Change(string name, Func<InMemoryAccount, bool> change) => Use(name, account =>
    {
        if (account is null || !change(account))
            return false;
        account.ChangeStamp();
        return true;
    });

    /// <summary>Adds an account.</summary>
    /// <param name="name">A valid name.</param>
    /// <param name="password">The password.</param>
    /// <param name="mayAdd">Is called if the name is free, and may refuse.</param>
    /// <returns>Whether the account was added.</returns>
    public bool TryAdd(string name, string password, Func<bool>? mayAdd = null)
    {
        lock (_lock)
        {
            if (UserName.Key(name) is not { } key || _accounts.ContainsKey(key) || mayAdd?.Invoke() == false)
                return false;
            var account = new InMemoryAccount { Name = name, Password = password, RegisteredAt = Now, PasswordSetAt = Now };
            _accounts.Add(key, account);
            _inOrder.Add(account);
            return true;
        }
    }

    /// <summary>Removes an account.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Remove(string name)
    {
        lock (_lock)
            return UserName.Key(name) is { } key && _accounts.Remove(key, out InMemoryAccount? account) && _inOrder.Remove(account);
    }
}
