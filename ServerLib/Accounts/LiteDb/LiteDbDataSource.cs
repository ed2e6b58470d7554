using System.Text;
using Microsoft.Extensions.Logging;
using ServerLib.Diagnostics;
using ServerLib.Files;
using ServerLib.Protocol;

namespace ServerLib.Accounts;

/// <summary>
/// The open user database: the lock on the data folder, and the thread that does all work on the file. The classes that read and write
/// accounts share one data source.
/// </summary>
internal sealed class LiteDbDataSource : IAsyncDisposable
{
    /// <summary>The most accounts that one transaction reads or writes, so that other callers do not wait long.</summary>
    public const int ChunkSize = 100;

    private const int Capacity = 4_096;

    private readonly FolderLock _lock;
    private readonly DatabaseThread<UserStore> _thread;
    private readonly FileWatch _watch;

    /// <summary>Opens the database, or creates it.</summary>
    /// <param name="dataFolder">The folder. It is created with owner-only permissions if it does not exist.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log for failures.</param>
    /// <param name="problems">Gets a problem when the database cannot be written.</param>
    /// <param name="openStream">Opens a file of the database. Tests inject faults here.</param>
    /// <exception cref="ServerLibException">
    /// Another process uses the folder, or the database is damaged or missing its accounts. The message says what to do.
    /// </exception>
    public LiteDbDataSource(string dataFolder, TimeProvider time, ILogger logger, ServerProblems? problems, Func<string, Stream> openStream)
    {
        string folder = Path.GetFullPath(dataFolder);
        Time = time;
        Clock = new ClockWatch(time);
        _lock = FolderLock.Take(folder, time, path => FileEvents.LockLost(logger, problems, path));
        try
        {
            if (!_lock.IsEffective)
                UserDatabaseEvents.LockNotEffective(logger, folder);
            if (OwnerOnly.IsOpenToOthers(folder))
                UserDatabaseEvents.FolderIsOpen(logger, folder);
            string file = Path.Combine(folder, UserStore.FileName);
            FileRights.Check(logger, file, DatabaseFile.LogPath(file));
            _watch = new FileWatch(file, time, logger, problems, ProblemNames.AccountsFile);
            _thread = DatabaseThread<UserStore>.Start(
                "ServerLib user database",
                () =>
                {
                    UserStore store = UserStore.Open(folder, Counters, openStream, (path, pages) => FileEvents.TornLog(logger, path, pages));
                    _watch.MarkOpened();
                    return store;
                },
                mustOpen: true,
                Capacity,
                time,
                reason =>
                {
                    UserDatabaseEvents.Failed(logger, reason);
                    problems?.Report(ProblemNames.Accounts, DiskFull.Describe(reason));
                },
                () =>
                {
                    UserDatabaseEvents.Recovered(logger);
                    problems?.Resolve(ProblemNames.Accounts);
                });
        }
        catch
        {
            _watch?.Dispose();
            _lock.Dispose();
            throw;
        }
    }

    public TimeProvider Time { get; }

    public ClockWatch Clock { get; }

    /// <summary>The current time in ticks of UTC, as accounts store it.</summary>
    public long Now => Time.GetUtcNow().UtcTicks;

    public LiveCounters Counters { get; } = new();

    /// <summary>Measures the database from now on.</summary>
    public void Observe(ServerMetrics metrics) => _thread.Metrics = metrics.ObserveDatabase("accounts", () => _thread.Waiting);

    /// <summary>Whether the database is open and can be written. After a failure, the server tries it every five seconds.</summary>
    public bool IsHealthy => _thread.IsHealthy;

    /// <summary>The form of a name in which accounts are found; <see langword="null"/> if no account can have this name.</summary>
    public static string? KeyOf(string username)
    {
        ArgumentNullException.ThrowIfNull(username);
        return username.Length <= UserStore.MaxKeyBytes && UserName.Key(username) is { Length: > 0 } key
            && Encoding.UTF8.GetByteCount(key) <= UserStore.MaxKeyBytes ? key : null;
    }

    /// <summary>Does some work as part of a transaction, and returns its result after the commit.</summary>
    /// <param name="work">The work. It runs on the database's thread, even if the caller cancels after this call.</param>
    /// <param name="cancellationToken">Is checked before the work is queued.</param>
    /// <exception cref="ServerLibException">The database failed, is closed, or has too much queued work.</exception>
    public Task<T> RunAsync<T>(Func<UserStore, T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _thread.RunAsync(new DatabaseOperation<UserStore, T>(work));
    }

    /// <summary>Reads in a transaction. This works while the database cannot be written.</summary>
    /// <param name="read">The work. It runs on the database's thread, and again if the database fails at the same time.</param>
    /// <param name="cancellationToken">Is checked before the work is queued.</param>
    /// <exception cref="ServerLibException">The database cannot be read, is closed, or has too much queued work.</exception>
    public Task<T> ReadAsync<T>(Func<UserStore, T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _thread.RunAsync(new DatabaseOperation<UserStore, T>(read) { IsRead = true });
    }

    /// <summary>The same as <see cref="RunAsync{T}(Func{UserStore, T}, CancellationToken)"/> for an operation with callbacks.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="always">Whether it is accepted however much work is queued.</param>
    public Task<T> RunAsync<T>(DatabaseOperation<UserStore, T> operation, bool always = false) => _thread.RunAsync(operation, always);

    /// <summary>Waits until the database's thread has done what is queued, however much this is.</summary>
    /// <exception cref="ServerLibException">The database failed, or is closed.</exception>
    public Task PingAsync() => _thread.RunAsync(new DatabaseOperation<UserStore, bool>(static _ => true) { IsRead = true }, always: true);

    /// <summary>If the database has failed, tries at once to open and write it, before later work.</summary>
    public void RetryNow() => _thread.RetryNow();

    /// <summary>Finds an account by its name.</summary>
    public Task<UserRecord?> FindAsync(string username, CancellationToken cancellationToken)
    {
        // A name that no account can have takes as long as any other: it looks for the key that no account has.
        string key = KeyOf(username) ?? "";
        return ReadAsync(store => store.Find(key), cancellationToken);
    }

    /// <summary>Reads all accounts in the order of their registration, a hundred at a time.</summary>
    public async IAsyncEnumerable<IReadOnlyList<UserRecord>> ReadAllAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long last = 0;
        while (await ReadAsync(store => store.ReadAfter(last, ChunkSize), cancellationToken).ConfigureAwait(false) is { Count: > 0 } users)
        {
            yield return users;
            last = users[^1].Id;
        }
    }

    /// <summary>Finishes queued work, closes the database, and releases the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        _watch.Dispose();
        await _thread.DisposeAsync().ConfigureAwait(false);
        _lock.Dispose();
    }
}
