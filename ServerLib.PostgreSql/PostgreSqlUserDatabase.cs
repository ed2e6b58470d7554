using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using ServerLib.PostgreSql.Schema;
using ServerLib.PostgreSql.Statistics;

namespace ServerLib.PostgreSql;

/// <summary>
/// Stores accounts in PostgreSQL 13 or later, in the schema <c>serverlib</c>. Several servers can use the same database at the same time.
/// </summary>
/// <remarks>
/// <para>
/// When a method completes, its changes are committed and on disk, with one exception: statistics are saved every second. These are attempts,
/// logons, logoffs, broadcasts, when a key was used, and updated hashes. A crash loses those of the last second. Connections of a server that
/// was killed count as logged off after half a minute.
/// </para>
/// <para>
/// A call takes five seconds at most. While the database is unreachable, calls fail at once: methods that return a <see cref="LoginResult"/>
/// return <see cref="LoginCode.Busy"/>, the others throw <see cref="ServerLibException"/>. Every second, the server tries to write; when it
/// succeeds, everything works again. Meanwhile, statistics of up to 10,000 accounts wait in memory.
/// </para>
/// <para>Registrations are written to the <see cref="AuditTrail"/>, if there is one. The server writes logins and logoffs itself.</para>
/// </remarks>
public sealed class PostgreSqlUserDatabase :
    IUserDatabase, IUserAdministration, IUserKeys, IAccountStamps, IBanDatabase, IAccountTransfer, IInvitationTransfer,
    IDisposable, IAsyncDisposable
{
    /// <summary>The maximum number of keys of an account.</summary>
    public const int MaxKeysPerUser = 20;

    private readonly PostgreSqlSource _source;
    private readonly PostgreSqlLogins _logins;
    private readonly PostgreSqlStatistics _statistics;
    private readonly PostgreSqlUserAdministration _administration;
    private readonly PostgreSqlInvitations _invitations;
    private readonly PostgreSqlUserKeys _keys;
    private readonly PostgreSqlAccountStamps _stamps;
    private readonly PostgreSqlBanDatabase _bans;
    private readonly PostgreSqlAccountTransfer _transfer;
    private readonly PostgreSqlInvitationTransfer _invitationTransfer;
    private int _isDisposed;

    /// <summary>Connects to the database, and creates or migrates its schema. Blocks until this is done.</summary>
    /// <param name="connectionString">
    /// The connection string, as Npgsql documents it. By default, a server uses up to 20 connections. With several hosts, the primary is used.
    /// </param>
    /// <param name="hasher">Hashes and verifies passwords.</param>
    /// <param name="timeProvider">The clock. Default the system's.</param>
    /// <param name="logger">The log for failures. Default none.</param>
    /// <param name="audit">Records registrations. Default none.</param>
    /// <param name="problems">Where a failure of the database is reported. Default none.</param>
    /// <exception cref="ServerLibException">
    /// The connection string is not valid, the database cannot be reached, or a newer version has migrated it. The message says what to do. It
    /// does not contain the password.
    /// </exception>
    public PostgreSqlUserDatabase(
        string connectionString,
        IPasswordHasher hasher,
        TimeProvider? timeProvider = null,
        ILogger<PostgreSqlUserDatabase>? logger = null,
        AuditTrail? audit = null,
        ServerProblems? problems = null)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        ArgumentNullException.ThrowIfNull(hasher);
        ILogger log = logger ?? (ILogger)NullLogger.Instance;
        _source = new PostgreSqlSource(connectionString, timeProvider ?? TimeProvider.System, log, problems);
        try
        {
            using NpgsqlConnection connection = _source.OpenConnection();
            SchemaSetup.Run(connection, log);
        }
        catch (Exception e)
        {
            Dispose(_source);
            throw e as ServerLibException ?? new ServerLibException(
                $"The {ConnectionText.Describe(connectionString)} cannot be used: {DatabaseHealth.Describe(e)}", e);
        }

        _statistics = new PostgreSqlStatistics(_source, log);
        _logins = new PostgreSqlLogins(_source, _statistics, hasher, audit);
        _administration = new PostgreSqlUserAdministration(_source, _statistics, hasher);
        _invitations = new PostgreSqlInvitations(_source, hasher, audit);
        _keys = new PostgreSqlUserKeys(_source, _statistics);
        _stamps = new PostgreSqlAccountStamps(_source, _statistics);
        _bans = new PostgreSqlBanDatabase(_source, log, problems);
        _transfer = new PostgreSqlAccountTransfer(_source, hasher);
        _invitationTransfer = new PostgreSqlInvitationTransfer(_source);
    }

    /// <summary>Whether the database has worked since its last failure.</summary>
    public bool IsHealthy => _source.Health.IsHealthy;

    /// <summary>Checks a connection string, without a connection.</summary>
    /// <param name="connectionString">The text.</param>
    public static bool IsValidConnectionString(string connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        return ConnectionText.IsValid(connectionString);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> HasUserAsync(string username, CancellationToken cancellationToken = default) =>
        await StoredAccount.FindAsync(_source, username, cancellationToken).ConfigureAwait(false) is not null;

    /// <inheritdoc/>
    public ValueTask<LoginResult> CreateNewUserAsync(Credentials credentials, CancellationToken cancellationToken = default) =>
        _logins.CreateNewUserAsync(credentials, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<LoginResult> AuthenticateUserAsync(Credentials credentials, CancellationToken cancellationToken = default) =>
        _logins.AuthenticateUserAsync(credentials, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Does not wait until the logon is written.</remarks>
    public ValueTask LogConnectionAsync(string username, EndPoint address, CancellationToken cancellationToken = default)
    {
        _statistics.LogConnection(username, address, cancellationToken);
        return default;
    }

    /// <inheritdoc/>
    /// <remarks>Does not wait until the logoff is written.</remarks>
    public ValueTask LogDisconnectionAsync(string username, CancellationToken cancellationToken = default)
    {
        _statistics.LogDisconnection(username, cancellationToken);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask UpdateStatsAsync(string username, long broadcasts, CancellationToken cancellationToken = default)
    {
        _statistics.CountBroadcasts(username, broadcasts);
        return default;
    }

    /// <inheritdoc/>
    /// <remarks>Only the connections of this server, and of servers that are not running any more.</remarks>
    public ValueTask PurgeAsync(CancellationToken cancellationToken = default) => _statistics.PurgeAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask SaveAsync(CancellationToken cancellationToken = default) => _statistics.SaveAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask AuditAsync(Stream output, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        await SaveAsync(cancellationToken).ConfigureAwait(false);
        await AccountAuditWriter.WriteAsync(output, ReadAllAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<UserAccount?> FindAccountAsync(string username, CancellationToken cancellationToken = default) =>
        _administration.FindAccountAsync(username, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<UserAccount> ListAccountsAsync(CancellationToken cancellationToken = default) =>
        _administration.ListAccountsAsync(cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">No account can have the name <paramref name="username"/>.</exception>
    public ValueTask<LoginResult> AddAccountAsync(string username, string password, CancellationToken cancellationToken = default) =>
        _administration.AddAccountAsync(username, password, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> RemoveAccountAsync(string username, CancellationToken cancellationToken = default) =>
        _administration.RemoveAccountAsync(username, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<LoginResult> SetPasswordAsync(
        string username, string password, UserAccount? asOf = null, CancellationToken cancellationToken = default) =>
        _administration.SetPasswordAsync(username, password, asOf, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> SetAdminAsync(string username, bool isAdmin, CancellationToken cancellationToken = default) =>
        _administration.SetAdminAsync(username, isAdmin, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> SetLockedAsync(string username, bool isLocked, CancellationToken cancellationToken = default) =>
        _administration.SetLockedAsync(username, isLocked, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="ServerLibException">The database failed, or it already has 10,000 unused invitations.</exception>
    public ValueTask<(UserInvitation Invitation, string Code)> InviteAsync(
        TimeSpan? lifetime = null, CancellationToken cancellationToken = default) => _invitations.InviteAsync(lifetime, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> WithdrawInvitationAsync(long number, CancellationToken cancellationToken = default) =>
        _invitations.WithdrawInvitationAsync(number, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<UserInvitation>> ListInvitationsAsync(CancellationToken cancellationToken = default) =>
        _invitations.ListInvitationsAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> IsInvitedAsync(string code, CancellationToken cancellationToken = default) =>
        _invitations.IsInvitedAsync(code, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<LoginResult> CreateInvitedUserAsync(Credentials credentials, CancellationToken cancellationToken = default) =>
        _invitations.CreateInvitedUserAsync(credentials, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<UserKey>?> GetKeysAsync(string username, CancellationToken cancellationToken = default) =>
        _keys.GetKeysAsync(username, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<AddKeyResult> AddKeyAsync(
        string username, string keyName, ReadOnlyMemory<byte> publicKey, CancellationToken cancellationToken = default) =>
        _keys.AddKeyAsync(username, keyName, publicKey, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<UserKey?> RemoveKeyAsync(string username, string keyName, CancellationToken cancellationToken = default) =>
        _keys.RemoveKeyAsync(username, keyName, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<LoginResult> AuthenticateKeyAsync(Credentials credentials, CancellationToken cancellationToken = default) =>
        _keys.AuthenticateKeyAsync(credentials, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Guid?> GetStampAsync(string username, CancellationToken cancellationToken = default) =>
        _stamps.GetStampAsync(username, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<LoginResult> AuthenticateStampAsync(Credentials credentials, Guid stamp, CancellationToken cancellationToken = default) =>
        _stamps.AuthenticateStampAsync(credentials, stamp, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> ChangeStampAsync(string username, CancellationToken cancellationToken = default) =>
        _stamps.ChangeStampAsync(username, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Ban>> GetBansAsync(CancellationToken cancellationToken = default) => _bans.GetBansAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask AddBanAsync(Ban ban, CancellationToken cancellationToken = default) => _bans.AddBanAsync(ban, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> RemoveBanAsync(string target, CancellationToken cancellationToken = default) =>
        _bans.RemoveBanAsync(target, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<bool>> HaveAccountsAsync(
        IReadOnlyList<string> usernames, CancellationToken cancellationToken = default) =>
        _transfer.HaveAccountsAsync(usernames, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AccountAddition>> AddAccountsAsync(
        IReadOnlyList<AccountRecord> accounts, CancellationToken cancellationToken = default) =>
        _transfer.AddAccountsAsync(accounts, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Statistics of the last second can be missing. Call <see cref="SaveAsync"/> before.</remarks>
    public ValueTask<AccountPage> ReadAccountsAsync(int count, string? after = null, CancellationToken cancellationToken = default) =>
        _transfer.ReadAccountsAsync(count, after, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<InvitationAddition>> AddInvitationsAsync(
        IReadOnlyList<InvitationRecord> invitations, long lastNumber = 0, CancellationToken cancellationToken = default) =>
        _invitationTransfer.AddInvitationsAsync(invitations, lastNumber, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<InvitationPage> ReadInvitationsAsync(int count, long after = 0, CancellationToken cancellationToken = default) =>
        _invitationTransfer.ReadInvitationsAsync(count, after, cancellationToken);

    /// <summary>Does the same as <see cref="DisposeAsync"/>, and blocks until it is done.</summary>
    public void Dispose() => Dispose(this);

    /// <summary>Saves what is still in memory, and closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await _statistics.DisposeAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Reads all accounts in the order of their registration, a page at a time.</summary>
    private async IAsyncEnumerable<AuditedAccount> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long last = 0;
        while (await FullAccounts.ReadAfterAsync(_source, last, FullAccounts.PageSize, cancellationToken).ConfigureAwait(false) is { Count: > 0 } page)
        {
            foreach ((long id, AuditedAccount account) in page)
            {
                yield return account;
                last = id;
            }
        }
    }

    private static void Dispose(IAsyncDisposable disposable) =>
        Task.Run(async () => await disposable.DisposeAsync().ConfigureAwait(false)).GetAwaiter().GetResult();
}
