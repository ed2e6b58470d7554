using System.Collections.Frozen;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ServerLib.Auditing;
using ServerLib.Files;
using ServerLib.RateLimiting;

namespace ServerLib;

/// <summary>
/// Who logged on, off, or failed to, and what admins did, in the file <c>history.db</c> in the data folder, which is this process's
/// alone while it is open.
/// </summary>
/// <remarks>
/// <para>
/// Each entry carries the SHA-256 of the one before it. The newest one's number and hash, the head, goes to the activity log once an
/// hour if there is another, and when the server stops: who changes the file afterwards can't make it fit a head that was written
/// down elsewhere. Entries that are old enough are deleted once a day; the chain that begins then names the head of the one before.
/// </para>
/// <para>
/// Nobody waits for it. While it can't be written, or more wait to be written than there is room for, entries are lost, with one
/// warning, and counted; an entry <see cref="AuditEvent.EntriesLost"/> says then how many. All methods may be called at once from
/// several threads.
/// </para>
/// <para>
/// Failed logins, lockouts and penalties, which strangers can bring about without end, are written one by one only so far: of each of
/// the three, from one address (of IPv6, its /64) 10 at once and then one a minute, from all together 1,000 at once and then five a
/// minute. Every ten minutes, and at the end, what is beyond is summed up: an entry for each of the ten addresses with the most, and one
/// for all others, whose detail says how many and since when.
/// </para>
/// </remarks>
public sealed partial class AuditTrail : IAsyncDisposable, IDisposable
{
    /// <summary>The file's name in the data folder.</summary>
    internal const string FileName = "history.db";

    /// <summary>How many entries may wait to be written.</summary>
    internal const int Capacity = 10_000;

    /// <summary>How long a detail may be.</summary>
    internal const int MaxDetail = 256;

    private const string LockName = "history.lock";
    private const int MaxName = 64;

    private readonly string _path;
    private readonly TimeSpan _retention;
    private readonly TimeProvider _time;
    private readonly ILog? _log;
    private readonly ILogger _logger;
    private readonly FolderLock _lock;
    private readonly DatabaseThread<AuditStore> _thread;
    private readonly ITimer _deleting;
    private readonly ITimer _telling;
    private readonly ITimer _summing;
    private AuditHead? _told;
    private long _lost;
    private int _isFailing;
    private bool _isDeleting;
    private volatile bool _isClosed;

    /// <summary>Opens the trail, or begins one. A file that can't be opened is no reason to throw: it is tried again.</summary>
    /// <param name="dataFolder">The folder, made with owner-only rights where it doesn't exist.</param>
    /// <param name="retention">How long entries are kept. Default 90 days.</param>
    /// <param name="timeProvider">The clock. Default the system's.</param>
    /// <param name="logger">Where warnings go. Default nowhere.</param>
    /// <param name="log">Where the head is written. Default nowhere.</param>
    /// <exception cref="ServerLibException">Another process uses the folder, or it can't be written.</exception>
    public AuditTrail(
        string dataFolder,
        TimeSpan? retention = null,
        TimeProvider? timeProvider = null,
        ILogger<AuditTrail>? logger = null,
        ILog? log = null)
        : this(dataFolder, retention, timeProvider, logger, log, DatabaseFile.OpenStream)
    {
    }

    /// <param name="dataFolder">The data folder.</param>
    /// <param name="retention">How long entries are kept.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Where warnings go.</param>
    /// <param name="log">Where the head is written.</param>
    /// <param name="openStream">Opens the database's files; tests put faults in.</param>
    internal AuditTrail(
        string dataFolder,
        TimeSpan? retention,
        TimeProvider? timeProvider,
        ILogger<AuditTrail>? logger,
        ILog? log,
        Func<string, Stream> openStream)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(dataFolder);
        string folder = Path.GetFullPath(dataFolder);
        _path = Path.Combine(folder, FileName);
        _retention = retention ?? AuditTrailOptions.DefaultRetention;
        _time = timeProvider ?? TimeProvider.System;
        _log = log;
        _logger = logger ?? (ILogger)NullLogger.Instance;
        _lock = FolderLock.Take(folder, LockName);
        if (!File.Exists(_path) && new AccountsMarker(folder).Exists)
            LogMissing(_path);
        FileRights.Check(_logger, _path, DatabaseFile.LogPath(_path));
        _thread = DatabaseThread<AuditStore>.Start(
            "ServerLib history", () => AuditStore.Open(_path, openStream, _time), mustOpen: false, Capacity, _time, Warn, Recovered);
        Reader = new AuditReader(_thread);
        _deleting = _time.CreateTimer(_ => _ = DeleteOldAsync(), null, TimeSpan.Zero, DeleteEvery);
        _telling = _time.CreateTimer(_ => _ = TellHeadAsync(), null, TellEvery, TellEvery);
        _limits = Limited.ToFrozenDictionary(what => what, _ => new AddressLogSampler(_time));
        _summing = _time.CreateTimer(_ => SumUp(), null, SumUpEvery, SumUpEvery);
    }

    /// <summary>Searches and verifies.</summary>
    internal AuditReader Reader { get; }

    /// <summary>
    /// Adds an entry, or counts it where there are too many of its kind. Returns at once and never throws; names are cut to 64 characters,
    /// details to 256.
    /// </summary>
    /// <param name="what">What happened.</param>
    /// <param name="name">Whom or what it is about.</param>
    /// <param name="address">From where, as far as that is known.</param>
    /// <param name="actor">Who did it: <c>console</c>, or an admin's name; empty for the one it is about.</param>
    /// <param name="detail">What else there is to say; never a secret.</param>
    public void Write(AuditEvent what, string name, string address = "", string actor = "", string detail = "")
    {
        if (!IsHeldBack(what, name, address))
            Append(what, name, address, actor, detail);
    }

    /// <summary>Writes what is still waiting, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await _summing.DisposeAsync().ConfigureAwait(false);
        SumUp();
        _isClosed = true;
        await _deleting.DisposeAsync().ConfigureAwait(false);
        await _telling.DisposeAsync().ConfigureAwait(false);
        await _thread.DisposeAsync().ConfigureAwait(false);
        _lock.Dispose();
    }

    /// <summary>As <see cref="DisposeAsync"/>, for those who can't wait otherwise.</summary>
    public void Dispose()
    {
        _summing.Dispose();
        SumUp();
        _isClosed = true;
        _deleting.Dispose();
        _telling.Dispose();
        _thread.Dispose();
        _lock.Dispose();
    }

    private static string Cut(string? text, int length)
    {
        string cut = text is null ? "" : text.Length > length ? text[..length] : text;

        // The engine fails on half a character, such as a cut may leave.
        return cut.AsSpan().ContainsAnyInRange('\ud800', '\udfff') ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(cut)) : cut;
    }

    private void Append(AuditEvent what, string name, string address, string actor, string detail)
    {
        var entry = new AuditEntry(
            _time.GetUtcNow(), what, Cut(name, MaxName), Cut(address, MaxName), Cut(actor, MaxName), Cut(detail, MaxDetail));
        long missing = 0;
        Task<bool> written = _thread.RunAsync(new DatabaseOperation<AuditStore, bool>(
            store =>
            {
                // Not while more are lost: at the brink, each entry would have one beside it that says so.
                missing = _thread.Waiting <= Capacity / 2 ? Interlocked.Exchange(ref _lost, 0) : 0;
                if (missing > 0)
                    store.Add(new AuditEntry(entry.Time, AuditEvent.EntriesLost, ServerOptions.ServerName, "", "", $"{missing}"));
                store.Add(entry);
                return true;
            },
            committed: _ => GoesOn(missing),
            failed: _ =>
            {
                Interlocked.Add(ref _lost, missing + 1);
                return false;
            }));
        if (written.IsFaulted)
            Lose(written.Exception.InnerException!);
    }

    /// <summary>There is no room for an entry, or the trail is closed.</summary>
    private void Lose(Exception reason)
    {
        Interlocked.Increment(ref _lost);
        Warn(reason);
    }

    /// <summary>An entry was written, after some that could not be.</summary>
    private void GoesOn(long missing)
    {
        if (missing == 0)
            return;
        LogIncomplete(_path, missing);
        Volatile.Write(ref _isFailing, 0);
    }

    private void Warn(Exception reason)
    {
        if (!_isClosed && Interlocked.Exchange(ref _isFailing, 1) == 0)
            LogUnwritable(_path, reason);
    }

    private void Recovered()
    {
        if (Interlocked.Exchange(ref _isFailing, 0) != 0)
            LogRecovered(_path);
    }
}
