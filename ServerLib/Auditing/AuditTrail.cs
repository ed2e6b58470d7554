using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ServerLib.Auditing;
using ServerLib.Diagnostics;
using ServerLib.Files;

namespace ServerLib;

/// <summary>
/// The audit trail: logins, failed logins, and what admins did. It is stored in the file <c>history.db</c> in the data folder, or in an
/// <see cref="IAuditStore"/>. Only one process at a time can open the file. Other processes can read it with <see cref="AuditTrailCopy"/>.
/// </summary>
/// <remarks>
/// <para>
/// Each entry contains the SHA-256 of the previous one. The number and hash of the newest entry are the head. The head is written to the
/// activity log once an hour if it has changed, and when the server stops. A copy of the head on another machine reveals any later change
/// to the entries before it. Expired entries are deleted once a day. An entry <see cref="AuditEvent.ChainStarted"/> records this.
/// </para>
/// <para>
/// Writing never waits. If the store cannot be written, or too many entries are waiting, entries are lost and counted, and a warning is
/// logged. Later, an entry <see cref="AuditEvent.EntriesLost"/> contains their number. All members are thread-safe.
/// </para>
/// <para>
/// Unknown clients can cause any number of failed logins, delays and penalties, so the entries of each of these kinds are limited. An
/// address (with IPv6, its /64) gets 10 entries at once, and then one a minute. All addresses together get 1,000 entries at once, and then
/// five a minute. Every ten minutes, and when the server stops, entries with a count replace the others: one for each of the ten addresses
/// with the most events, and one for the rest.
/// </para>
/// </remarks>
public sealed class AuditTrail : IAuditReader, IAsyncDisposable, IDisposable
{
    /// <summary>The name of the file in the data folder.</summary>
    public const string FileName = "history.db";

    /// <summary>The maximum length of a name, address or actor, in UTF-16 code units. Longer texts are cut.</summary>
    public const int MaxNameLength = 64;

    /// <summary>The maximum length of a detail, in UTF-16 code units. Longer texts are cut.</summary>
    public const int MaxDetailLength = 256;

    private readonly AuditTrailEvents _events;
    private readonly AuditFailures _failures;
    private readonly IAuditStore _store;
    private readonly AuditReader _reader;
    private readonly AuditWriter _writer;
    private readonly AuditSampler _sampler;
    private readonly AuditRetention _retention;
    private readonly AuditHeadLog _headLog;

    // Null if the trail was created in a store.
    private readonly AuditTrailFile? _file;

    /// <summary>Opens or creates the trail. If the file cannot be opened, the trail logs a warning and tries again later.</summary>
    /// <param name="dataFolder">The data folder. If it does not exist, it is created with access for its owner only.</param>
    /// <param name="retention">How long entries are kept. Default 90 days.</param>
    /// <param name="timeProvider">The clock. Default the system's.</param>
    /// <param name="logger">The log for warnings. Default none.</param>
    /// <param name="log">The activity log, to which the head is written. Default none.</param>
    /// <param name="problems">Where a failure to write the trail is reported. Default none.</param>
    /// <exception cref="ServerLibException">Another process uses the folder, or the folder cannot be written.</exception>
    public AuditTrail(
        string dataFolder,
        TimeSpan? retention = null,
        TimeProvider? timeProvider = null,
        ILogger<AuditTrail>? logger = null,
        ILog? log = null,
        ServerProblems? problems = null)
        : this(dataFolder, retention, timeProvider, logger, log, problems, DatabaseFile.OpenStream)
    {
    }

    /// <param name="dataFolder">The data folder.</param>
    /// <param name="retention">How long entries are kept.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Gets warnings.</param>
    /// <param name="log">Gets the head.</param>
    /// <param name="problems">Gets a problem when the trail cannot be written.</param>
    /// <param name="openStream">Opens the database's files. Tests inject faults here.</param>
    internal AuditTrail(
        string dataFolder,
        TimeSpan? retention,
        TimeProvider? timeProvider,
        ILogger<AuditTrail>? logger,
        ILog? log,
        ServerProblems? problems,
        Func<string, Stream> openStream)
        : this(
            FileIn(dataFolder, timeProvider, logger, problems, openStream),
            retention,
            timeProvider ?? TimeProvider.System,
            logger ?? (ILogger)NullLogger.Instance,
            log,
            problems)
    {
    }

    /// <summary>Creates a trail in a store.</summary>
    /// <param name="store">The store. It is not disposed with the trail.</param>
    /// <param name="retention">How long entries are kept. Default 90 days.</param>
    /// <param name="timeProvider">The clock. Default the system's.</param>
    /// <param name="logger">The log for warnings. Default none.</param>
    /// <param name="log">The activity log, to which the head is written. Default none.</param>
    /// <param name="problems">Where a failure to write the trail is reported. Default none.</param>
    public AuditTrail(
        IAuditStore store,
        TimeSpan? retention = null,
        TimeProvider? timeProvider = null,
        ILogger<AuditTrail>? logger = null,
        ILog? log = null,
        ServerProblems? problems = null)
        : this(
            _ => store,
            Described(store),
            retention,
            timeProvider ?? TimeProvider.System,
            logger ?? (ILogger)NullLogger.Instance,
            log,
            problems)
    {
    }

    private AuditTrail(AuditTrailFile file, TimeSpan? retention, TimeProvider time, ILogger logger, ILog? log, ServerProblems? problems)
        : this(failures => LiteDbAuditStore.Open(file, time, logger, failures), file.Path, retention, time, logger, log, problems)
    {
        _file = file;
        if (file.IsMissing)
            _events.Missing();
    }

    private AuditTrail(
        Func<AuditFailures, IAuditStore> open,
        string description,
        TimeSpan? retention,
        TimeProvider time,
        ILogger logger,
        ILog? log,
        ServerProblems? problems)
    {
        _events = new AuditTrailEvents(log, logger, description);
        _failures = new AuditFailures(_events, problems);
        _store = open(_failures);
        _reader = new AuditReader(_store);
        _writer = new AuditWriter(_store, _failures, time);
        _retention = new AuditRetention(_store, _events, _failures, retention ?? AuditTrailOptions.DefaultRetention, time);
        _headLog = new AuditHeadLog(_store, _writer, _events, time);
        _sampler = new AuditSampler(_writer, time);
    }

    /// <summary>Creates a trail that is kept in memory and lost when it is disposed, for example for tests.</summary>
    /// <param name="retention">How long entries are kept. Default 90 days.</param>
    /// <param name="timeProvider">The clock. Default the system's.</param>
    /// <param name="log">The activity log, to which the head is written. Default none.</param>
    public static AuditTrail CreateEphemeral(TimeSpan? retention = null, TimeProvider? timeProvider = null, ILog? log = null) =>
        new(AuditTrailFile.InMemory(), retention, timeProvider ?? TimeProvider.System, NullLogger.Instance, log, problems: null);

    /// <summary>The store, if this trail has opened it itself.</summary>
    private LiteDbAuditStore? OwnStore => _file is null ? null : _store as LiteDbAuditStore;

    /// <summary>Measures the trail from now on.</summary>
    internal void Observe(ServerMetrics metrics) => _writer.Metrics = metrics.ObserveDatabase("audit-trail", () => _writer.Waiting);

    /// <summary>
    /// Adds an entry, or counts it if there are too many of its kind. Returns at once and never throws.
    /// </summary>
    /// <param name="what">What happened.</param>
    /// <param name="name">The user or thing it is about.</param>
    /// <param name="address">The client's address, if known.</param>
    /// <param name="actor">Who did it: <c>console</c> or an admin's name; empty if it was the user of <paramref name="name"/>.</param>
    /// <param name="detail">Further details; never a secret.</param>
    public void Write(AuditEvent what, string name, string address = "", string actor = "", string detail = "")
    {
        if (_sampler.TryPass(what, name, address))
            _writer.Append(what, name, address, actor, detail);
    }

    /// <summary>The names of actors that are not users, such as <c>console</c>. Users cannot register them.</summary>
    public static IReadOnlyList<string> ReservedActors => ActorNames.All;

    /// <summary>
    /// Writes an entry <see cref="AuditEvent.ConfigurationRefused"/>, for a program that does not start because its configuration is wrong.
    /// Does nothing if the folder has no audit trail, if a server is using it, or if it cannot be written.
    /// </summary>
    /// <param name="dataFolder">The server's data folder.</param>
    /// <param name="problems">What is wrong with the configuration.</param>
    public static Task RecordRefusedConfigurationAsync(string dataFolder, IEnumerable<string> problems) =>
        RefusedConfiguration.RecordAsync(dataFolder, problems);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AuditEntry>> ReadAsync(
        AuditFilter? filter = null, int limit = 50, CancellationToken cancellationToken = default)
    {
        await _writer.DrainAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        return await _reader.ReadAsync(filter, limit, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<AuditCheck> VerifyAsync(IEnumerable<string>? heads = null, CancellationToken cancellationToken = default)
    {
        await _writer.DrainAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        return await _reader.VerifyAsync(heads, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the waiting entries, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        _file?.StopWatching();
        await _sampler.DisposeAsync().ConfigureAwait(false);
        _failures.Close();
        await _retention.DisposeAsync().ConfigureAwait(false);
        await _headLog.DisposeAsync().ConfigureAwait(false);
        await _writer.DisposeAsync().ConfigureAwait(false);
        if (OwnStore is { } store)
            await store.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Writes the waiting entries, and closes the file. Blocks until that is done.</summary>
    public void Dispose()
    {
        _file?.StopWatching();
        _sampler.Dispose();
        _failures.Close();
        _retention.Dispose();
        _headLog.Dispose();
        _writer.Dispose();
        OwnStore?.Dispose();
    }

    /// <summary>The last deletion of expired entries.</summary>
    internal Task Deleting => _retention.Deleting;

    /// <summary>Writes the number of entries that were not written one by one.</summary>
    internal void WriteSummary() => _sampler.WriteSummary();

    /// <summary>Writes the head to the activity log, unless it was written before.</summary>
    internal Task WriteHeadAsync() => _headLog.WriteAsync();

    private static string Described(IAuditStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.Description;
    }

    private static AuditTrailFile FileIn(
        string dataFolder, TimeProvider? time, ILogger? logger, ServerProblems? problems, Func<string, Stream> openStream)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(dataFolder);
        return AuditTrailFile.InFolder(dataFolder, time ?? TimeProvider.System, logger ?? NullLogger.Instance, problems, openStream);
    }
}
