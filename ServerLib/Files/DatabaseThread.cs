using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using ServerLib.Diagnostics;

namespace ServerLib.Files;

/// <summary>
/// The thread that does all work on one database. It runs all queued operations in one transaction, and returns their results after the commit.
/// When the database fails, the transaction's operations that write fail, and the database is reopened. After a second failure in a row, which
/// is probably a full disk, operations that write fail at once until an attempt every five seconds succeeds. Reads go on meanwhile.
/// </summary>
/// <typeparam name="TStore">The open database.</typeparam>
internal sealed class DatabaseThread<TStore> : IAsyncDisposable, IDisposable
    where TStore : class, IDatabaseStore
{
    /// <summary>The time between two attempts to open or write a database.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private const int MaxBatch = 100;
    private static readonly TimeSpan MaxBatchTime = TimeSpan.FromMilliseconds(2);

    // A null means: try to open the database, or to write it.
    private readonly BlockingCollection<DatabaseOperation<TStore>?> _queue = [];
    private readonly List<DatabaseOperation<TStore>> _batch = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Func<TStore> _open;
    private readonly int _capacity;
    private readonly TimeProvider _time;
    private readonly Action<Exception> _broken;
    private readonly Action _recovered;
    private readonly ITimer _retry;
    private Thread? _thread;
    private volatile TStore? _store;
    private volatile bool _isRecovering;
    private Exception? _unwritable;
    private bool _hasTriedToWrite;

    private DatabaseThread(Func<TStore> open, int capacity, TimeProvider time, Action<Exception> broken, Action recovered)
    {
        _open = open;
        _capacity = capacity;
        _time = time;
        _broken = broken;
        _recovered = recovered;
        _retry = time.CreateTimer(_ => Post(null), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether the database is open, and has been written since its last failure.</summary>
    public bool IsHealthy => _store is not null && !_isRecovering;

    /// <summary>The number of queued operations.</summary>
    public int Waiting => _queue.Count;

    /// <summary>Gets how long commits take. Default none.</summary>
    public DatabaseMetrics? Metrics { get; set; }

    /// <summary>Starts a thread, and waits until it has opened the database.</summary>
    /// <param name="name">The thread's name.</param>
    /// <param name="open">Opens the database. It is called again after each failure.</param>
    /// <param name="mustOpen">Whether an exception of the first <paramref name="open"/> is thrown. Otherwise, another attempt follows later.</param>
    /// <param name="capacity">The most queued operations. More are refused.</param>
    /// <param name="time">The clock.</param>
    /// <param name="broken">
    /// Is called when the database fails, and again if it can't be reopened at once. Further failures before a recovery are not reported.
    /// </param>
    /// <param name="recovered">Is called when the database was reopened and has committed a change.</param>
    public static DatabaseThread<TStore> Start(
        string name, Func<TStore> open, bool mustOpen, int capacity, TimeProvider time, Action<Exception> broken, Action recovered)
    {
        var started = new DatabaseThread<TStore>(open, capacity, time, broken, recovered);
        using var opened = new ManualResetEventSlim();
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            bool isOpen = started.TryOpen(out failure);
            bool goOn = isOpen || !mustOpen;
            if (!isOpen && goOn)
                started.RetryLater(failure!);
            opened.Set();
            if (goOn)
                started.Run();
        });
        started._thread = thread;
        thread.IsBackground = true;
        thread.Name = name;
        thread.Start();
        opened.Wait();
        if (failure is not null && mustOpen)
        {
            started._retry.Dispose();
            started._queue.Dispose();
            ExceptionDispatchInfo.Throw(failure);
        }

        return started;
    }

    /// <summary>Runs an operation as part of a transaction.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="always">Whether it is accepted even if the queue is full.</param>
    /// <returns>Its result, after the commit.</returns>
    /// <exception cref="ServerLibException">The queue is full, or the database failed or is closed.</exception>
    public Task<T> RunAsync<T>(DatabaseOperation<TStore, T> operation, bool always = false)
    {
        if (!always && _queue.Count >= _capacity)
            operation.Refuse(new ServerLibException("The database is busy: too many operations are queued."));
        else if (!Post(operation))
            operation.Refuse(new ServerLibException("The database is closed."));
        return operation.Task;
    }

    /// <summary>
    /// If the database has failed, tries at once to open and write it. Operations that are queued after this call run after the attempt.
    /// </summary>
    public void RetryNow() => Post(null);

    /// <summary>Runs the queued operations, and closes the database.</summary>
    public async ValueTask DisposeAsync()
    {
        await _retry.DisposeAsync().ConfigureAwait(false);
        _queue.CompleteAdding();
        await _ended.Task.ConfigureAwait(false);
    }

    /// <summary>The same as <see cref="DisposeAsync"/>. Blocks until the database is closed.</summary>
    public void Dispose()
    {
        _retry.Dispose();
        _queue.CompleteAdding();
        _thread?.Join();
    }

    private bool Post(DatabaseOperation<TStore>? operation)
    {
        try
        {
            _queue.Add(operation);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private void Run()
    {
        foreach (DatabaseOperation<TStore>? first in _queue.GetConsumingEnumerable())
        {
            if (_store is null && first is null && !TryOpen(out _))
                _retry.Change(RetryAfter, Timeout.InfiniteTimeSpan);
            else if (_store is { } store)
                RunBatch(store, first);
            else
                first?.Fail(NotOpen());
        }

        _store?.Dispose();
        _store = null;
        _ended.SetResult();
    }

    private void RunBatch(TStore store, DatabaseOperation<TStore>? next)
    {
        long start = _time.GetTimestamp();
        int taken = 0;
        bool hasBegun = false, hasWritten;
        _hasTriedToWrite = false;
        try
        {
            store.Begin();
            hasBegun = true;
            do
            {
                if (next is not null)
                    RunOne(store, next);
                else if (_isRecovering)
                    Probe(store);
            }
            while (++taken < MaxBatch && _time.GetElapsedTime(start) < MaxBatchTime && _queue.TryTake(out next));
            long committing = _time.GetTimestamp();
            hasWritten = store.Commit();
            if (hasWritten)
                Metrics?.Committed(_time.GetElapsedTime(committing));
        }
        catch (Exception e)
        {
            if (!hasBegun && next is not null)
                _batch.Add(next);
            Reopen(store, e);
            return;
        }

        // With a full disk, a database can be opened but not written.
        if (_isRecovering && hasWritten)
        {
            _isRecovering = false;
            _unwritable = null;
            _recovered();
        }

        foreach (DatabaseOperation<TStore> operation in _batch)
            operation.Complete();
        _batch.Clear();
    }

    private void Probe(TStore store)
    {
        _hasTriedToWrite = true;
        store.Probe();

        // The operations after it can succeed if it does.
        _unwritable = null;
    }

    private void RunOne(TStore store, DatabaseOperation<TStore> operation)
    {
        if (_unwritable is { } reason && !operation.IsRead)
        {
            operation.Fail(reason);
            return;
        }

        _hasTriedToWrite |= !operation.IsRead;
        _batch.Add(operation);
        try
        {
            operation.Run(store);
        }
        catch (ServerLibException e)
        {
            // It failed before it wrote anything, so the other operations of the transaction are not affected.
            _batch.Remove(operation);
            operation.Fail(e);
        }
    }

    private void Reopen(TStore store, Exception reason)
    {
        if (!_isRecovering)
            _broken(reason);
        if (_isRecovering && _hasTriedToWrite)
            _unwritable = reason;
        _isRecovering = true;
        _store = null;
        store.Freeze();
        store.Dispose();
        if (TryOpen(out Exception? failure))
            _retry.Change(RetryAfter, Timeout.InfiniteTimeSpan);
        else
            RetryLater(failure);
        foreach (DatabaseOperation<TStore> operation in _batch)
        {
            if (operation is not { IsRead: true, IsRepeated: false } || !TryRepeat(operation))
                operation.Fail(reason);
        }

        _batch.Clear();
    }

    private bool TryRepeat(DatabaseOperation<TStore> operation)
    {
        // A write that failed says nothing about the read. Soon, writes fail before they reach the database.
        operation.IsRepeated |= !_hasTriedToWrite;
        return Post(operation);
    }

    private void RetryLater(Exception reason)
    {
        _isRecovering = true;
        _broken(reason);
        _retry.Change(RetryAfter, Timeout.InfiniteTimeSpan);
    }

    private bool TryOpen([NotNullWhen(false)] out Exception? failure)
    {
        try
        {
            _store = _open();
            failure = null;
            return true;
        }
        catch (Exception e)
        {
            failure = e;
            return false;
        }
    }

    private static ServerLibException NotOpen() => new("The database has failed and is being reopened.");
}
