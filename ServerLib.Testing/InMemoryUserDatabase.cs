using System.Collections.Concurrent;
using System.Text;

namespace ServerLib.Testing;

/// <summary>
/// A user database in memory. It does not hash passwords and writes no files. Names are compared after NFKC normalization, without regard
/// to case.
/// </summary>
public sealed class InMemoryUserDatabase : IUserDatabase
{
    private readonly ConcurrentDictionary<string, (string Alias, string Password)> _accounts = new();

    /// <summary>The names of all accounts, as registered.</summary>
    public IReadOnlyCollection<string> Names => [.. _accounts.Values.Select(account => account.Alias)];

    /// <inheritdoc/>
    public ValueTask<bool> HasUserAsync(string username, CancellationToken cancellationToken = default) => new(_accounts.ContainsKey(Key(username)));

    /// <inheritdoc/>
    public ValueTask<LoginResult> CreateNewUserAsync(Credentials credentials, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        if (UserName.FindProblem(credentials.Username) is { } rule)
            return new(LoginResult.Refused(rule));
        bool isNew = _accounts.TryAdd(Key(credentials.Username), (credentials.Username, credentials.Password));
        return new(isNew ? LoginResult.Ok(credentials.Username) : new LoginResult(LoginCode.Failure));
    }

    /// <inheritdoc/>
    public ValueTask<LoginResult> AuthenticateUserAsync(Credentials credentials, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        if (!_accounts.TryGetValue(Key(credentials.Username), out (string Alias, string Password) account))
            return new(new LoginResult(LoginCode.Failure) { Detail = "no such user" });
        return new(account.Password == credentials.Password
            ? LoginResult.Ok(account.Alias)
            : new LoginResult(LoginCode.Failure) { Detail = "wrong password" });
    }

    private static string Key(string name) => name.Normalize(NormalizationForm.FormKC).ToUpperInvariant();
}
