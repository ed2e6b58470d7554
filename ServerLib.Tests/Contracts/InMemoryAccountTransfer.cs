using System.Globalization;
using ServerLib.Testing;

namespace ServerLib.Tests.Contracts;

/// <summary>Carries accounts to and from memory. The hash of a password is the password after a prefix.</summary>
/// <param name="time">The clock.</param>
internal sealed class InMemoryAccountTransfer(TimeProvider time) : IAccountTransfer, IDisposable
{
    private const string Prefix = "$plain$";

    /// <summary>The password with which contracts register accounts. The database does not tell it.</summary>
    private const string Password = ServerLib.Testing.Contracts.AccountScene.Password;

    private readonly InMemoryUserDatabase _accounts = new(time);
    private readonly SemaphoreSlim _gate = new(1);

    /// <summary>What is known of added accounts besides what the database has, by name, and the numbers of all accounts.</summary>
    private readonly Dictionary<string, AccountRecord> _carried = [];
    private readonly Dictionary<string, long> _numbers = [];

    /// <summary>Whether an account is replaced by another one with the same name, which is a mistake.</summary>
    public bool Replaces { get; init; }

    /// <summary>Whether pages are counted by position, which is a mistake: a removed account moves the others.</summary>
    public bool CountsPositions { get; init; }

    public AccountServices ToServices() => new() { Database = _accounts, Administration = _accounts, Transfer = this };

    public async ValueTask<IReadOnlyList<bool>> HaveAccountsAsync(
        IReadOnlyList<string> usernames, CancellationToken cancellationToken = default)
    {
        List<bool> results = [];
        foreach (string name in usernames)
            results.Add(await _accounts.HasUserAsync(name, cancellationToken));
        return results;
    }

    public async ValueTask<IReadOnlyList<AccountAddition>> AddAccountsAsync(
        IReadOnlyList<AccountRecord> accounts, CancellationToken cancellationToken = default)
    {
        await _gate.WaitAsync(cancellationToken);
        List<AccountAddition> results = [];
        foreach (AccountRecord account in accounts)
            results.Add(await AddAsync(account));
        _gate.Release();
        return results;
    }

    public async ValueTask<AccountPage> ReadAccountsAsync(int count, string? after = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (!long.TryParse(after ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out long last))
            throw new ArgumentException("This is not the end of a page.", nameof(after));
        await _gate.WaitAsync(cancellationToken);
        List<(long Number, AccountRecord Account)> all = [];
        await foreach (UserAccount account in _accounts.ListAccountsAsync(cancellationToken))
            all.Add((CountsPositions ? all.Count + 1 : NumberOf(account.Name), Find(account)));
        _gate.Release();
        (long Number, AccountRecord Account)[] page = [.. all.Where(each => each.Number > last).Take(count)];
        bool isLast = page.Length == 0 || page[^1].Number == all[^1].Number;
        return new AccountPage([.. page.Select(each => each.Account)], isLast ? null : page[^1].Number.ToString(CultureInfo.InvariantCulture));
    }

    public void Dispose() => _gate.Dispose();

    private async Task<AccountAddition> AddAsync(AccountRecord account)
    {
        if (account.FindProblem() is { } problem)
            return new AccountAddition(false, problem);
        if (!account.PasswordHash.StartsWith(Prefix, StringComparison.Ordinal))
            return new AccountAddition(false, "it is not a hash");
        if (Replaces)
            await _accounts.RemoveAccountAsync(account.Name);
        if (!(await _accounts.AddAccountAsync(account.Name, account.PasswordHash[Prefix.Length..])).IsOk)
            return new AccountAddition(false);
        await _accounts.SetAdminAsync(account.Name, account.IsAdmin);
        await _accounts.SetLockedAsync(account.Name, account.IsLocked);
        _carried[account.Name] = account;
        return new AccountAddition(true);
    }

    private long NumberOf(string name)
    {
        _numbers.TryAdd(name, _numbers.Count + 1);
        return _numbers[name];
    }

    private AccountRecord Find(UserAccount account) => _carried.GetValueOrDefault(account.Name) ?? new AccountRecord
    {
        Name = account.Name,
        PasswordHash = Prefix + Password,
        IsAdmin = account.IsAdmin,
        IsLocked = account.IsLocked,
        RegisteredAt = account.RegisteredAt,
        PasswordSetAt = account.PasswordSetAt,
    };
}
