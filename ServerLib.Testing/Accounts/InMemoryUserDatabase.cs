using System.Runtime.CompilerServices;
using ServerLib.Testing.Accounts;

namespace ServerLib.Testing;

/// <summary>
/// Accounts, keys, stamps, invitations and bans in memory. It does not hash passwords, counts no statistics, and writes no files. Names are
/// compared as in every <see cref="IUserDatabase"/>.
/// </summary>
public sealed class InMemoryUserDatabase : IUserDatabase, IUserAdministration, IUserKeys, IAccountStamps, IBanDatabase
{
    private readonly InMemoryAccounts _accounts;
    private readonly InMemoryInvitations _invitations;
    private readonly InMemoryKeys _keys;
    private readonly InMemoryBans _bans = new();

    /// <summary>Creates a database without any accounts.</summary>
    /// <param name="timeProvider">The clock. Default the system's.</param>
    public InMemoryUserDatabase(TimeProvider? timeProvider = null)
    {
        _accounts = new InMemoryAccounts(timeProvider ?? TimeProvider.System);
        _invitations = new InMemoryInvitations(timeProvider ?? TimeProvider.System);
        _keys = new InMemoryKeys(_accounts);
    }

    /// <summary>The names of all accounts, as registered, in the order of registration.</summary>
    public IReadOnlyCollection<string> Names => [.. _accounts.All.Select(account => account.Name)];

    /// <inheritdoc/>
    public ValueTask<bool> HasUserAsync(string username, CancellationToken cancellationToken = default) =>
        Run(() => _accounts.Use(username, account => account is not null), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<LoginResult> CreateNewUserAsync(Credentials credentials, CancellationToken cancellationToken = default) =>
        Run(() => Register(credentials, mayAdd: null), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<LoginResult> AuthenticateUserAsync(Credentials credentials, CancellationToken cancellationToken = default) =>
        Run(
            () => _accounts.Use(credentials.Username, account =>
            {
                if (account is null)
                    return Failure("no such user");
                if (account.Password != credentials.Password)
                    return Failure("wrong password");
                return account.IsLocked ? Failure("the account is locked") : LoginResult.Ok(account.Name);
            }),
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<UserAccount?> FindAccountAsync(string username, CancellationToken cancellationToken = default) =>
        Run(() => _accounts.Use(username, account => account?.ToAccount()), cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<UserAccount> ListAccountsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (UserAccount account in await Run(() => _accounts.All, cancellationToken).ConfigureAwait(false))
            yield return account;
    }

    /// <inheritdoc/>
    public ValueTask<LoginResult> AddAccountAsync(string username, string password, CancellationToken cancellationToken = default) =>
        Run(() => Register(new Credentials(username, password), mayAdd: null), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> RemoveAccountAsync(string username, CancellationToken cancellationToken = default) =>
        Run(() => _accounts.Remove(username), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<LoginResult> SetPasswordAsync(
        string username, string password, UserAccount? asOf = null, CancellationToken cancellationToken = default) =>
        Run(
            () => _accounts.Change(username, account =>
            {
                if (asOf is not null && asOf.PasswordSetAt != account.PasswordSetAt)
                    return false;

                // This time identifies a password, so two passwords never have the same one.
                DateTimeOffset next = account.PasswordSetAt.AddTicks(1);
                account.PasswordSetAt = _accounts.Now > next ? _accounts.Now : next;
                account.Password = password;
                return true;
            })
                ? LoginResult.Ok(username)
                : Failure("the password was changed, or there is no such user"),
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> SetAdminAsync(string username, bool isAdmin, CancellationToken cancellationToken = default) =>
        Change(username, account => account.IsAdmin = isAdmin, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> SetLockedAsync(string username, bool isLocked, CancellationToken cancellationToken = default) =>
        Change(username, account => account.IsLocked = isLocked, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<(UserInvitation Invitation, string Code)> InviteAsync(
        TimeSpan? lifetime = null, CancellationToken cancellationToken = default) =>
        Run(() => _invitations.Add(lifetime), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> WithdrawInvitationAsync(long number, CancellationToken cancellationToken = default) =>
        Run(() => _invitations.Withdraw(number), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<UserInvitation>> ListInvitationsAsync(CancellationToken cancellationToken = default) =>
        Run(() => _invitations.All, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> IsInvitedAsync(string code, CancellationToken cancellationToken = default) =>
        Run(() => _invitations.IsOpen(code), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<LoginResult> CreateInvitedUserAsync(Credentials credentials, CancellationToken cancellationToken = default) =>
        Run(() => Register(credentials, () => _invitations.TryUse(credentials.Invitation, credentials.Username)), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<UserKey>?> GetKeysAsync(string username, CancellationToken cancellationToken = default) =>
        Run(() => _keys.List(username), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<AddKeyResult> AddKeyAsync(
        string username, string keyName, ReadOnlyMemory<byte> publicKey, CancellationToken cancellationToken = default) =>
        Run(() => _keys.Add(username, keyName, publicKey), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<UserKey?> RemoveKeyAsync(string username, string keyName, CancellationToken cancellationToken = default) =>
        Run(() => _keys.Remove(username, keyName), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<LoginResult> AuthenticateKeyAsync(Credentials credentials, CancellationToken cancellationToken = default) =>
        Run(() => _keys.Authenticate(credentials), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Guid?> GetStampAsync(string username, CancellationToken cancellationToken = default) =>
        Run(() => _accounts.Use(username, account => account is { IsLocked: false } ? account.Stamp : (Guid?)null), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<LoginResult> AuthenticateStampAsync(Credentials credentials, Guid stamp, CancellationToken cancellationToken = default) =>
        Run(
            () => _accounts.Use(credentials.Username, account => account is { IsLocked: false } && account.Stamp == stamp
                ? LoginResult.Ok(account.Name)
                : Failure("the ticket was revoked, or the account has changed")),
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> ChangeStampAsync(string username, CancellationToken cancellationToken = default) =>
        Change(username, _ => { }, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Ban>> GetBansAsync(CancellationToken cancellationToken = default) => Run(() => _bans.All, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask AddBanAsync(Ban ban, CancellationToken cancellationToken = default) =>
        await Run(
            () =>
            {
                _bans.Put(ban);
                return true;
            },
            cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<bool> RemoveBanAsync(string target, CancellationToken cancellationToken = default) =>
        Run(() => _bans.Remove(target), cancellationToken);

    private static LoginResult Failure(string detail) => new(LoginCode.Failure) { Detail = detail };

    private static ValueTask<T> Run<T>(Func<T> work, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<T>(cancellationToken);
        try
        {
            return new(work());
        }
        catch (Exception e)
        {
            return ValueTask.FromException<T>(e);
        }
    }

    private LoginResult Register(Credentials credentials, Func<bool>? mayAdd)
    {
        if (UserName.FindProblem(credentials.Username) is { } rule)
            return LoginResult.Refused(rule);
        return _accounts.TryAdd(credentials.Username, credentials.Password, mayAdd)
            ? LoginResult.Ok(credentials.Username)
            : Failure("the name is taken");
    }

    private ValueTask<bool> Change(string username, Action<InMemoryAccount> change, CancellationToken cancellationToken) =>
        Run(
            () => _accounts.Change(username, account =>
            {
                change(account);
                return true;
            }),
            cancellationToken);
}
