using System.Globalization;

namespace ServerLib.Accounts;

/// <summary>Adds accounts from other systems, and reads whole accounts.</summary>
internal sealed class LiteDbAccountTransfer(LiteDbDataSource source, IPasswordHasher hasher) : IAccountTransfer
{
    public async ValueTask<IReadOnlyList<bool>> HaveAccountsAsync(
        IReadOnlyList<string> usernames, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(usernames);
        var results = new List<bool>(usernames.Count);
        foreach (string[] chunk in usernames.Chunk(LiteDbDataSource.ChunkSize))
        {
            string[] keys = [.. chunk.Select(name => LiteDbDataSource.KeyOf(name) ?? "")];
            results.AddRange(await source.ReadAsync(
                store => keys.Select(key => store.Find(key) is not null).ToList(), cancellationToken).ConfigureAwait(false));
        }

        return results;
    }

    public async ValueTask<IReadOnlyList<AccountAddition>> AddAccountsAsync(
        IReadOnlyList<AccountRecord> accounts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        var results = new List<AccountAddition>(accounts.Count);
        foreach (AccountRecord[] chunk in accounts.Chunk(LiteDbDataSource.ChunkSize))
        {
            string?[] problems = [.. chunk.Select(FindProblem)];
            results.AddRange(await source.RunAsync(store => Add(store, chunk, problems), cancellationToken).ConfigureAwait(false));
        }

        return results;
    }

    public async ValueTask<AccountPage> ReadAccountsAsync(int count, string? after = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (!long.TryParse(after ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out long last))
            throw new ArgumentException("This is not the end of a page.", nameof(after));
        int limit = Math.Min(count, LiteDbDataSource.ChunkSize);
        List<UserRecord> users = await source.ReadAsync(store => store.ReadAfter(last, limit), cancellationToken).ConfigureAwait(false);
        return new AccountPage(
            [.. users.Select(AccountCopy.ToAccount)],
            users.Count < limit ? null : users[^1].Id.ToString(CultureInfo.InvariantCulture));
    }

    private string? FindProblem(AccountRecord account)
    {
        if ((account.FindProblem() ?? hasher.FindProblem(account.PasswordHash)) is { } problem)
            return problem;
        if (account.Keys.Count > LiteDbUserDatabase.MaxKeysPerUser)
            return $"it has more than {LiteDbUserDatabase.MaxKeysPerUser} keys";
        return LiteDbDataSource.KeyOf(account.Name) is null ? "the name is too long" : null;
    }

    private static List<AccountAddition> Add(UserStore store, AccountRecord[] accounts, string?[] problems)
    {
        List<AccountAddition> results = [];
        foreach ((AccountRecord account, string? problem) in accounts.Zip(problems))
        {
            results.Add(problem is null
                ? new AccountAddition(store.TryAdd(LiteDbDataSource.KeyOf(account.Name)!, (id, key) => AccountCopy.ToUser(account, id, key)))
                : new AccountAddition(false, problem));
        }

        return results;
    }
}
