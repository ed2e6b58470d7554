using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ServerLib.Accounts;

namespace ServerLib;

/// <summary>
/// Who logged on, off, or failed to, and what admins did, in the file <c>history.db</c> in the data folder, which is this process's
/// alone while it is open.
/// </summary>
/// <remarks>
/// Nobody waits for it; while it can't be written its entries are lost, with one warning, and counted. All methods may be called at
/// once from several threads.
/// </remarks>
public sealed partial class AuditTrail : IAsyncDisposable, IDisposable
{
    /// <summary>The file's name in the data folder.</summary>
    internal const string FileName = "history.db";

    /// <summary>How many entries are deleted in one transaction.</summary>
    internal const int DeleteChunk = 1_000;

    private const string LockName = "history.lock";
    private const int Capacity = 10_000;
    private const int MaxName = 64;
    private const int MaxDetail = 256;
    private static readonly TimeSpan DeleteEvery = TimeSpan.FromDays(1);

    private readonly string _path;
    private readonly TimeSpan _retention;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly FolderLock _lock;
    private readonly DatabaseThread<AuditStore> _thread;
    private readonly ITimer _deleting;
    private int _isFailing;

    /// <summary>Opens the trail, or begins one. A file that can't be opened is no reason to throw: it is tried again.</summary>
    /// <param name="dataFolder">The folder, made with owner-only rights where it doesn't exist.</param>
    /// <param name="retention">How long entries are kept. Default 90 days.</param>
    /// <param name="timeProvider">The clock. Default the system's.</param>
    /// <param name="logger">Where the warning goes. Default nowhere.</param>
    /// <exception cref="ServerLibException">Another process uses the folder, or it can't be written.</exception>
    public AuditTrail(
        string dataFolder, TimeSpan? retention = null, TimeProvider? timeProvider = null, ILogger<AuditTrail>? logger = null)
        : this(dataFolder, retention, timeProvider, logger, DatabaseFile.OpenStream)
    {
    }

    /// <param name="dataFolder">The data folder.</param>
    /// <param name="retention">How long entries are kept.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Where the warning goes.</param>
    /// <param name="openStream">Opens the database's files; tests put faults in.</param>
    internal AuditTrail(
        string dataFolder, TimeSpan? retention, TimeProvider? timeProvider, ILogger<AuditTrail>? logger, Func<string, Stream> openStream)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(dataFolder);
        string folder = Path.GetFullPath(dataFolder);
        _path = Path.Combine(folder, FileName);
        _retention = retention ?? ServerOptions.DefaultHistoryRetention;
        _time = timeProvider ?? TimeProvider.System;
        _logger = logger ?? (ILogger)NullLogger.Instance;
        _lock = FolderLock.Take(folder, LockName);
        _thread = DatabaseThread<AuditStore>.Start(
            "ServerLib history", () => AuditStore.Open(_path, openStream), mustOpen: false, Capacity, _time, Warn, Recovered);
        _deleting = _time.CreateTimer(_ => _ = DeleteOldAsync(), null, TimeSpan.Zero, DeleteEvery);
    }

    /// <summary>Adds an entry. Returns at once and never throws; names are cut to 64 characters, details to 256.</summary>
    /// <param name="what">What happened.</param>
    /// <param name="name">Whom or what it is about.</param>
    /// <param name="address">From where, as far as that is known.</param>
    /// <param name="actor">Who did it: <c>console</c>, or an admin's name; empty for the one it is about.</param>
    /// <param name="detail">What else there is to say; never a secret.</param>
    public void Write(AuditEvent what, string name, string address = "", string actor = "", string detail = "")
    {
        var entry = new AuditEntry(
            _time.GetUtcNow(), what, Cut(name, MaxName), Cut(address, MaxName), Cut(actor, MaxName), Cut(detail, MaxDetail));
        _ = ObserveAsync(_thread.RunAsync(new DatabaseOperation<AuditStore, bool>(store =>
        {
            store.Add(entry);
            return true;
        })));
    }

    /// <summary>The newest entries, the newest first.</summary>
    /// <exception cref="ServerLibException">The history can't be read.</exception>
    internal Task<List<AuditEntry>> ReadNewestAsync(int count) =>
        _thread.RunAsync(new DatabaseOperation<AuditStore, List<AuditEntry>>(store => store.ReadNewest(count)));

    /// <summary>Writes what is still waiting, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await _deleting.DisposeAsync().ConfigureAwait(false);
        await _thread.DisposeAsync().ConfigureAwait(false);
        _lock.Dispose();
    }

    /// <summary>As <see cref="DisposeAsync"/>, for those who can't wait otherwise.</summary>
    public void Dispose()
    {
        _deleting.Dispose();
        _thread.Dispose();
        _lock.Dispose();
    }

    private static string Cut(string? text, int length) =>
        text is null ? "" : text.Length > length ? text[..length] : text;

    private async Task DeleteOldAsync()
    {
        DateTimeOffset limit = _time.GetUtcNow() - _retention;
        int deleted = DeleteChunk;
        while (deleted == DeleteChunk)
        {
            deleted = await ObserveAsync(_thread.RunAsync(new DatabaseOperation<AuditStore, int>(
                store => store.DeleteBefore(limit, DeleteChunk)))).ConfigureAwait(false);
        }
    }

    private async Task<T?> ObserveAsync<T>(Task<T> task)
    {
        try
        {
            return await task.ConfigureAwait(false);
        }
        catch (ServerLibException e)
        {
            Warn(e);
            return default;
        }
    }

    private void Warn(Exception reason)
    {
        if (Interlocked.Exchange(ref _isFailing, 1) == 0)
            LogUnwritable(_path, reason);
    }

    private void Recovered()
    {
        if (Interlocked.Exchange(ref _isFailing, 0) != 0)
            LogRecovered(_path);
    }

    [LoggerMessage(
        10,
        LogLevel.Warning,
        "The history {File} can't be written, and lacks what happens until it can. If it is damaged, move it away: a new one is made")]
    private partial void LogUnwritable(string file, Exception exception);

    [LoggerMessage(11, LogLevel.Information, "The history {File} is written again")]
    private partial void LogRecovered(string file);
}
