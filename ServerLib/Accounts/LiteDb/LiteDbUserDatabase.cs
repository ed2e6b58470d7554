using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ServerLib.Accounts;
using ServerLib.Files;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>
/// The accounts in a LiteDB file, <c>users.db</c> in the data folder, which is this process's alone while it is open.
/// </summary>
/// <remarks>
/// <para>
/// What a method did is on disk when it completes, but for broadcasts, which are written every five seconds. The numbers of an
/// account balance: its logons less its logoffs are its active connections. Those left over by a process that was killed count as
/// logged off when the database is opened next.
/// </para>
/// <para>
/// When the database fails, logins are <see cref="LoginCode.Busy"/>, it is opened anew, and tried again every five seconds. Logoffs
/// and broadcasts of that time are remembered, and written once it is in order.
/// </para>
/// <para>
/// Registrations also go to the <see cref="AuditTrail"/>, where there is one; logins, failed or not, and logoffs are the server's to
/// write, which knows each connection's address.
/// </para>
/// </remarks>
public sealed partial class LiteDbUserDatabase : IUserDatabase, IUserAdministration, IAsyncDisposable
{
    private const int Capacity = 4_096;
    private const int ChunkSize = 100;
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(5);

    private readonly IPasswordHasher _hasher;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly LiveNumbers _live = new();
    private readonly FolderLock _lock;
    private readonly DatabaseThread<UserStore> _thread;
    private readonly AuditTrail? _audit;
    private readonly ITimer _saving;
    private int _isDisposed;

    /// <summary>Opens the database, or makes one where there never was one.</summary>
    /// <param name="dataFolder">The folder, made with owner-only rights where it doesn't exist.</param>
    /// <param name="hasher">Hashes and compares passwords.</param>
    /// <param name="timeProvider">The clock. Default the system's.</param>
    /// <param name="logger">Where failures are told. Default nowhere.</param>
    /// <param name="audit">Told of registrations. Default nobody.</param>
    /// <exception cref="ServerLibException">
    /// Another process uses the folder; or the database is damaged; or its accounts are lost. The message says what to do.
    /// </exception>
    public LiteDbUserDatabase(
        string dataFolder,
        IPasswordHasher hasher,
        TimeProvider? timeProvider = null,
        ILogger<LiteDbUserDatabase>? logger = null,
        AuditTrail? audit = null)
        : this(dataFolder, hasher, timeProvider, logger, audit, DatabaseFile.OpenStream)
    {
    }

    /// <param name="dataFolder">The folder.</param>
    /// <param name="hasher">Hashes and compares passwords.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Where failures are told.</param>
    /// <param name="audit">Told of registrations.</param>
    /// <param name="openStream">Opens the databases' files; tests put faults in.</param>
    internal LiteDbUserDatabase(
        string dataFolder,
        IPasswordHasher hasher,
        TimeProvider? timeProvider,
        ILogger<LiteDbUserDatabase>? logger,
        AuditTrail? audit,
        Func<string, Stream> openStream)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(dataFolder);
        ArgumentNullException.ThrowIfNull(hasher);
        _time = timeProvider ?? TimeProvider.System;
        string folder = Path.GetFullPath(dataFolder);
        _hasher = hasher;
        _audit = audit;
        _logger = logger ?? (ILogger)NullLogger.Instance;
        _lock = FolderLock.Take(folder);
        try
        {
            if (!_lock.IsEffective)
                LogLockNotEffective(folder);
            if (OwnerOnly.IsOpenToOthers(folder))
                LogFolderIsOpen(folder);
            string file = Path.Combine(folder, UserStore.FileName);
            FileRights.Check(_logger, file, DatabaseFile.LogPath(file));
            _thread = DatabaseThread<UserStore>.Start(
                "ServerLib user database",
                () => UserStore.Open(folder, _live, openStream),
                mustOpen: true,
                Capacity,
                _time,
                LogBroken,
                LogRecovered);
        }
        catch
        {
            _lock.Dispose();
            throw;
        }

        _saving = _time.CreateTimer(_ => _ = TrySaveAsync(isLastTime: false), null, SaveEvery, SaveEvery);
    }

    /// <summary>Whether the database is in order; otherwise it is tried again every five seconds.</summary>
    public bool IsHealthy => _thread.IsOpen;

    /// <inheritdoc/>
    /// <remarks>Others are not held up: the accounts are read a hundred at a time.</remarks>
    /// <exception cref="ServerLibException">The database is out of order.</exception>
    public async ValueTask AuditAsync(Stream output, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        await SaveAsync(cancellationToken).ConfigureAwait(false);
        var audit = new AccountsAudit(output);
        await using (audit.ConfigureAwait(false))
        {
            long last = 0;
            while (await RunAsync(store => store.ReadAfter(last, ChunkSize), cancellationToken).ConfigureAwait(false)
                is { Count: > 0 } users)
            {
                await audit.WriteAsync(users, cancellationToken).ConfigureAwait(false);
                last = users[^1].Id;
            }

            await audit.EndAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes what is still in memory, closes the database, and lets go of the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await _saving.DisposeAsync().ConfigureAwait(false);
        await TrySaveAsync(isLastTime: true).ConfigureAwait(false);
        await _thread.DisposeAsync().ConfigureAwait(false);
        _lock.Dispose();
    }

    /// <summary>The form in which a name is looked for; <see langword="null"/> for one that no account can have.</summary>
    private static string? Key(string username)
    {
        ArgumentNullException.ThrowIfNull(username);
        return username.Length <= UserStore.MaxKeyBytes && UserName.Key(username) is { Length: > 0 } key
            && Encoding.UTF8.GetByteCount(key) <= UserStore.MaxKeyBytes ? key : null;
    }

    /// <summary>Once it is queued it will be done, so whoever asks for it hears what became of it, and can write that down.</summary>
    private Task<T> RunAsync<T>(Func<UserStore, T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _thread.RunAsync(new DatabaseOperation<UserStore, T>(work));
    }

    private async Task TrySaveAsync(bool isLastTime)
    {
        try
        {
            await SaveAsync().ConfigureAwait(false);
        }
        catch (ServerLibException e)
        {
            if (isLastTime)
                LogNotSaved(e.Message);
        }
    }
}
