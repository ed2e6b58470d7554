using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ServerLib.Accounts;
using ServerLib.Diagnostics;
using ServerLib.Files;

namespace ServerLib;

/// <summary>
/// Stores accounts in a LiteDB file, <c>users.db</c> in the data folder. While it is open, no other process can use the folder.
/// </summary>
/// <remarks>
/// <para>
/// When a method completes, its changes are on disk, with two exceptions. Broadcasts are saved every five seconds. What a login changes
/// (attempts, logons, when a key was used, an updated hash) is written soon after. An account's logons minus its logoffs equal its active
/// connections. If the process was killed, connections that were open count as logged off when the database is opened again.
/// </para>
/// <para>
/// If the database fails, this class reopens it, and tries again every five seconds. If it can be read but not written, for example because
/// the disk is full, users still log in; registrations return <see cref="LoginCode.Busy"/>, and other changes fail. If it cannot be read,
/// logins return <see cref="LoginCode.Busy"/>, too. Logons, logoffs and broadcasts are kept in memory, and saved once the database works;
/// of login attempts and logons, the first 10,000.
/// </para>
/// <para>Registrations are written to the <see cref="AuditTrail"/>, if there is one. The server writes logins and logoffs itself.</para>
/// </remarks>
public sealed class LiteDbUserDatabase :
    IUserDatabase, IUserAdministration, IUserKeys, IAccountStamps, IBanDatabase, IAccountTransfer, IInvitationTransfer,
    IDisposable, IAsyncDisposable
{
    /// <summary>The maximum number of keys of an account.</summary>
    public const int MaxKeysPerUser = 20;

    private readonly LiteDbDataSource _source;
    private readonly LiteDbLogins _logins;
    private readonly LiteDbStatistics _statistics;
    private readonly LiteDbUserAdministration _administration;
    private readonly LiteDbInvitations _invitations;
    private readonly LiteDbUserKeys _keys;
    private readonly LiteDbAccountStamps _stamps;
    private readonly LiteDbBanDatabase _bans;
    private readonly LiteDbAccountTransfer _transfer;
    private readonly LiteDbInvitationTransfer _invitationTransfer;
    private int _isDisposed;

    /// <summary>Opens the database, or creates it.</summary>
    /// <param name="dataFolder">The folder. It is created with owner-only permissions if it does not exist.</param>
    /// <param name="hasher">Hashes and verifies passwords.</param>
    /// <param name="timeProvider">The clock. Default the system's.</param>
    /// <param name="logger">The log for failures. Default none.</param>
    /// <param name="audit">Records registrations. Default none.</param>
    /// <param name="problems">Where a failure to write the database is reported. Default none.</param>
    /// <exception cref="ServerLibException">
    /// Another process uses the folder, the database is damaged, or the file with the accounts is missing. The message says what to do.
    /// </exception>
    public LiteDbUserDatabase(
        string dataFolder,
        IPasswordHasher hasher,
        TimeProvider? timeProvider = null,
        ILogger<LiteDbUserDatabase>? logger = null,
        AuditTrail? audit = null,
        ServerProblems? problems = null)
        : this(dataFolder, hasher, timeProvider, logger, audit, problems, DatabaseFile.OpenStream)
    {
    }

    internal LiteDbUserDatabase(
        string dataFolder,
        IPasswordHasher hasher,
        TimeProvider? timeProvider,
        ILogger<LiteDbUserDatabase>? logger,
        AuditTrail? audit,
        ServerProblems? problems,
        Func<string, Stream> openStream)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(dataFolder);
        ArgumentNullException.ThrowIfNull(hasher);
        ILogger log = logger ?? (ILogger)NullLogger.Instance;
        _source = new LiteDbDataSource(dataFolder, timeProvider ?? TimeProvider.System, log, problems, openStream);
        var records = new LoginRecords(_source, log);
        _logins = new LiteDbLogins(_source, records, hasher, audit);
        _statistics = new LiteDbStatistics(_source, records, log);
        _administration = new LiteDbUserAdministration(_source, records, hasher);
        _invitations = new LiteDbInvitations(_source, hasher, audit);
        _keys = new LiteDbUserKeys(_source, records);
        _stamps = new LiteDbAccountStamps(_source, records);
        _bans = new LiteDbBanDatabase(_source, log, problems);
        _transfer = new LiteDbAccountTransfer(_source, hasher);
        _invitationTransfer = new LiteDbInvitationTransfer(_source);
    }

    /// <summary>
    /// Whether the database is open, and has been written since its last failure. After a failure, it is reopened and written; the attempt
    /// is repeated every five seconds.
    /// </summary>
    public bool IsHealthy => _source.IsHealthy;

    /// <summary>Measures the database from now on.</summary>
    internal void Observe(ServerMetrics metrics) => _source.Observe(metrics);

    /// <inheritdoc/>
    public async ValueTask<bool> HasUserAsync(string username, CancellationToken cancellationToken = default) =>
        await _source.FindAsync(username, cancellationToken).ConfigureAwait(false) is not null;

    /// <inheritdoc/>
    public async ValueTask PingAsync(CancellationToken cancellationToken = default) =>
        await _source.PingAsync().WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<LoginResult> CreateNewUserAsync(Credentials credentials, CancellationToken cancellationToken = default) =>
        _logins.CreateNewUserAsync(credentials, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<LoginResult> AuthenticateUserAsync(Credentials credentials, CancellationToken cancellationToken = default) =>
        _logins.AuthenticateUserAsync(credentials, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Does not wait until the logon is written. If the database has failed, the logon is saved when it works again.</remarks>
    public ValueTask LogConnectionAsync(string username, EndPoint address, CancellationToken cancellationToken = default)
    {
        _statistics.LogConnection(username, address, cancellationToken);
        return default;
    }

    /// <inheritdoc/>
    /// <remarks>A change that has begun can't be canceled. If the database has failed, the logoff is saved when it is open again.</remarks>
    public ValueTask LogDisconnectionAsync(string username, CancellationToken cancellationToken = default) =>
        _statistics.LogDisconnectionAsync(username, cancellationToken);

    /// <inheritdoc/>
    public ValueTask UpdateStatsAsync(string username, long broadcasts, CancellationToken cancellationToken = default)
    {
        _statistics.CountBroadcasts(username, broadcasts);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask PurgeAsync(CancellationToken cancellationToken = default) => _statistics.PurgeAsync(cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="ServerLibException">The database failed. Logins and broadcasts are saved when it works again.</exception>
    public ValueTask SaveAsync(CancellationToken cancellationToken = default) => _statistics.SaveAsync(cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Accounts are read a hundred at a time, so that other callers do not wait long.</remarks>
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
    public void Dispose() => BlockingDisposal.Dispose(this);

    /// <summary>Saves what is still in memory, closes the database, and releases the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await _statistics.DisposeAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
    }

    private async IAsyncEnumerable<AuditedAccount> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (IReadOnlyList<UserRecord> part in _source.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (UserRecord user in part)
                yield return AccountCopy.ToAudited(user);
        }
    }
}
