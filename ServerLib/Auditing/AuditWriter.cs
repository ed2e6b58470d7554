using System.Diagnostics.CodeAnalysis;
using System.Text;
using ServerLib.Diagnostics;

namespace ServerLib.Auditing;

/// <summary>Appends entries to the audit trail without waiting for them. Thread-safe.</summary>
/// <remarks>
/// Entries that cannot be written are lost and counted. The next one that is written comes after an entry
/// <see cref="AuditEvent.EntriesLost"/> with their number. If there is none for five seconds, this entry is written alone.
/// </remarks>
internal sealed class AuditWriter : IAsyncDisposable, IDisposable
{
    /// <summary>The number of entries that may wait to be written.</summary>
    public const int Capacity = 10_000;

    /// <summary>The time between two attempts to write the number of lost entries.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private const int MaxBatch = 100;

    private readonly AuditChain _chain;
    private readonly AuditFailures _failures;
    private readonly TimeProvider _time;
    private readonly ITimer _retry;
    private readonly Lock _lock = new();

    // Guarded by the lock. The last batch that waits gets the next entry; its entries and those before it are counted.
    private readonly Queue<Batch> _batches = [];
    private Batch? _last;
    private Batch? _current;
    private Task _writing = Task.CompletedTask;
    private bool _isWriting;
    private bool _isClosed;
    private volatile int _waiting;

    /// <param name="store">The trail's store.</param>
    /// <param name="failures">Counts what is lost, and reports failures.</param>
    /// <param name="time">The clock.</param>
    public AuditWriter(IAuditStore store, AuditFailures failures, TimeProvider time)
    {
        _chain = new AuditChain(store);
        _failures = failures;
        _time = time;
        _retry = time.CreateTimer(_ => WriteLost(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        // Starts the chain of a new trail.
        lock (_lock)
            GetLast();
    }

    /// <summary>The number of entries that wait to be written.</summary>
    public int Waiting => _waiting;

    /// <summary>Gets how long it takes to append entries. Default none.</summary>
    public DatabaseMetrics? Metrics { get; set; }

    /// <summary>Cuts a text to a length, and makes it valid Unicode, which the hash and the stores require.</summary>
    public static string Cut(string? text, int length)
    {
        string cut = text is null ? "" : text.Length > length ? text[..length] : text;
        return cut.AsSpan().ContainsAnyInRange('\ud800', '\udfff') ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(cut)) : cut;
    }

    /// <summary>Appends an entry. Never throws.</summary>
    public void Append(AuditEvent what, string name, string address, string actor, string detail)
    {
        var entry = new AuditEntry(
            _time.GetUtcNow(),
            what,
            Cut(name, AuditTrail.MaxNameLength),
            Cut(address, AuditTrail.MaxNameLength),
            Cut(actor, AuditTrail.MaxNameLength),
            Cut(detail, AuditTrail.MaxDetailLength));
        if (!TryQueue(entry))
            _failures.Lose(1, Busy());
    }

    /// <summary>Waits until all entries that were appended before are written or lost. If some are lost, tries to write their number.</summary>
    /// <exception cref="ServerLibException">Too many entries are waiting.</exception>
    public Task DrainAsync()
    {
        lock (_lock)
        {
            if (_waiting >= Capacity)
                throw Busy();
            QueueLost();
            return (_last ?? _current)?.Done.Task ?? Task.CompletedTask;
        }
    }

    /// <summary>Writes the waiting entries.</summary>
    public async ValueTask DisposeAsync()
    {
        await _retry.DisposeAsync().ConfigureAwait(false);
        await Close().ConfigureAwait(false);
    }

    /// <summary>Writes the waiting entries. Blocks until that is done.</summary>
    public void Dispose()
    {
        _retry.Dispose();
        Close().GetAwaiter().GetResult();
    }

    private static ServerLibException Busy() => new("The audit trail is busy: too many entries are waiting.");

    private Task Close()
    {
        lock (_lock)
        {
            QueueLost();
            _isClosed = true;
            return _writing;
        }
    }

    private void WriteLost()
    {
        lock (_lock)
            QueueLost();
    }

    /// <summary>If entries are lost, a batch that writes their number begins after this call. It may have no entries.</summary>
    private void QueueLost()
    {
        if (_failures.Lost > 0 && !_isClosed)
            GetLast();
    }

    private bool TryQueue(AuditEntry entry)
    {
        lock (_lock)
        {
            if (_isClosed || _waiting >= Capacity)
                return false;
            GetLast().Entries.Add(entry);
            _waiting++;
            return true;
        }
    }

    private Batch GetLast()
    {
        if (_last is { Entries.Count: < MaxBatch } last)
            return last;
        _batches.Enqueue(_last = new Batch(_time.GetUtcNow()));
        if (!_isWriting)
        {
            _isWriting = true;
            _writing = Task.Run(WriteAllAsync);
        }

        return _last;
    }

    private async Task WriteAllAsync()
    {
        while (TryTake(out Batch? batch))
        {
            await WriteAsync(batch.Entries, batch.Time).ConfigureAwait(false);
            batch.Done.SetResult();
        }
    }

    private bool TryTake([NotNullWhen(true)] out Batch? batch)
    {
        lock (_lock)
        {
            _isWriting = _batches.TryDequeue(out batch);
            _current = batch;
            if (batch == _last)
                _last = null;
            _waiting -= batch?.Entries.Count ?? 0;
            return _isWriting;
        }
    }

    private async Task WriteAsync(List<AuditEntry> entries, DateTimeOffset time)
    {
        // Waits until the queue is short again. Otherwise each batch would begin with such an entry.
        long lost = _waiting <= Capacity / 2 ? _failures.Lost : 0;
        int count = entries.Count;
        if (lost > 0)
            entries.Insert(0, new AuditEntry(time, AuditEvent.EntriesLost, ServerOptions.ServerName, "", "", $"{lost}"));
        try
        {
            long start = _time.GetTimestamp();
            await _chain.AppendAsync(entries, time).ConfigureAwait(false);
            Metrics?.Committed(_time.GetElapsedTime(start));
            if (lost > 0)
                _failures.WroteLost(lost);
            else
                _failures.Recovered();
        }
        catch (Exception e)
        {
            _failures.Lose(count, e);
            if (!_isClosed)
                _retry.Change(RetryAfter, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Entries that are appended together.</summary>
    /// <param name="time">The time of its first entry, or when it was queued without one.</param>
    private sealed class Batch(DateTimeOffset time)
    {
        public DateTimeOffset Time => time;

        public List<AuditEntry> Entries { get; } = [];

        /// <summary>Completes when the entries are written or lost.</summary>
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
