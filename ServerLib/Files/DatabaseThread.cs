using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace ServerLib.Files;

/// <summary>
/// The thread that does all the work of one database: takes what has queued up as one transaction, and answers after the commit.
/// When the engine fails, what was waiting fails with it, and the database is opened anew.
/// </summary>
/// <typeparam name="TStore">The open database.</typeparam>
internal sealed class DatabaseThread<TStore> : IAsyncDisposable, IDisposable
    where TStore : class, IDatabaseStore
{
    /// <summary>How long a database that can't be opened is left alone.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private const int MaxBatch = 100;
    private static readonly TimeSpan MaxBatchTime = TimeSpan.FromMilliseconds(2);

    // A null asks to try to open the database again.
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
    private bool _isRecovering;

    private DatabaseThread(Func<TStore> open, int capacity, TimeProvider time, Action<Exception> broken, Action recovered)
    {
        _open = open;
        _capacity = capacity;
        _time = time;
        _broken = broken;
        _recovered = recovered;
        _retry = time.CreateTimer(_ => Post(null), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether the database is in order.</summary>
    public bool IsOpen => _store is not null;

    /// <summary>How many operations wait.</summary>
    public int Waiting => _queue.Count;

    /// <summary>Opens a database on a thread of its own, and waits until it is open.</summary>
    /// <param name="name">The thread's name.</param>
    /// <param name="open">Opens the database; called again after each failure.</param>
    /// <param name="mustOpen">Whether what <paramref name="open"/> throws now is thrown; otherwise it is tried again later.</param>
    /// <param name="capacity">How many operations may wait before more are refused.</param>
    /// <param name="time">The clock.</param>
    /// <param name="broken">
    /// Told when the database fails, and once more when it can't be opened anew at once; not of what fails until it has recovered.
    /// </param>
    /// <param name="recovered">Told when it has been opened anew and something was committed.</param>
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

    /// <summary>Does something as a part of a transaction.</summary>
    /// <param name="operation">What to do.</param>
    /// <param name="always">Whether it is taken in however many are waiting.</param>
    /// <returns>Its result, once it is committed.</returns>
    /// <exception cref="ServerLibException">Too many are waiting, the database is out of order, or closed.</exception>
    public Task<T> RunAsync<T>(DatabaseOperation<TStore, T> operation, bool always = false)
    {
        if (!always && _queue.Count >= _capacity)
            operation.Refuse(new ServerLibException("The database has too much to do."));
        else if (!Post(operation))
            operation.Refuse(new ServerLibException("The database is closed."));
        return operation.Task;
    }

    /// <summary>Does what is still waiting, and closes the database.</summary>
    public async ValueTask DisposeAsync()
    {
        await _retry.DisposeAsync().ConfigureAwait(false);
        _queue.CompleteAdding();
        await _ended.Task.ConfigureAwait(false);
    }

    /// <summary>As <see cref="DisposeAsync"/>; waits on this thread.</summary>
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
            if (_store is { } store)
                RunBatch(store, first);
            else if (first is not null)
                first.Fail(OutOfOrder());
            else if (!TryOpen(out _))
                _retry.Change(RetryAfter, Timeout.InfiniteTimeSpan);
        }

        _store?.Dispose();
        _store = null;
        _ended.SetResult();
    }

    private void RunBatch(TStore store, DatabaseOperation<TStore>? next)
    {
        long start = _time.GetTimestamp();
        int taken = 0;
        bool hasWritten;
        try
        {
            store.Begin();
            do
            {
                if (next is not null)
                    RunOne(store, next);
            }
            while (++taken < MaxBatch && _time.GetElapsedTime(start) < MaxBatchTime && _queue.TryTake(out next));
            hasWritten = store.Commit();
        }
        catch (Exception e)
        {
            Reopen(store, e);
            return;
        }

        // A full disk lets a database be opened, and nothing be written.
        if (_isRecovering && hasWritten)
        {
            _isRecovering = false;
            _recovered();
        }

        foreach (DatabaseOperation<TStore> operation in _batch)
            operation.Complete();
        _batch.Clear();
    }

    private void RunOne(TStore store, DatabaseOperation<TStore> operation)
    {
        _batch.Add(operation);
        try
        {
            operation.Run(store);
        }
        catch (ServerLibException e)
        {
            // It found out before it wrote: its neighbours are none the worse.
            _batch.Remove(operation);
            operation.Fail(e);
        }
    }

    private void Reopen(TStore store, Exception reason)
    {
        if (!_isRecovering)
            _broken(reason);
        _isRecovering = true;
        _store = null;

        // What is asked for from now on, by somebody who has just heard of the failure, waits for the database to be opened anew.
        var waiting = new List<DatabaseOperation<TStore>?>();
        while (waiting.Count < _capacity && _queue.TryTake(out DatabaseOperation<TStore>? operation))
            waiting.Add(operation);
        foreach (DatabaseOperation<TStore> operation in _batch)
            operation.Fail(reason);
        _batch.Clear();
        foreach (DatabaseOperation<TStore>? operation in waiting)
            operation?.Fail(OutOfOrder());
        store.Freeze();
        store.Dispose();
        if (!TryOpen(out Exception? failure))
            RetryLater(failure);
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

    private static ServerLibException OutOfOrder() => new("The database is out of order.");
}
