using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ServerLib.Transport;

/// <summary>
/// One epoll descriptor, and the thread that waits for its events and runs the code that waits for them. If that code blocks, another thread
/// takes the loop over.
/// </summary>
/// <remarks>
/// <see cref="Step"/> decides which thread drives the loop. It is odd while code runs. The thread that makes it even drives from then on: the
/// same thread if the code returns in time, otherwise the one that <see cref="TakeOver"/> starts. The late thread then finds the step changed,
/// and ends. The driver's fields pass to the next driver, with the events that are fetched but not handled yet.
/// </remarks>
internal sealed unsafe class EpollLoop
{
    private const int BatchSize = 256;
    private const uint Watched = EpollNative.In | EpollNative.Out | EpollNative.ReadHangUp | EpollNative.EdgeTriggered;

    [ThreadStatic]
    private static EpollLoop? _ofThisThread;

    private readonly EpollMonitor _monitor;
    private readonly EpollSlots _slots = new();
    private readonly SafeFileHandle _epoll;
    private readonly SafeFileHandle _stop;
    private readonly SafeFileHandle _pinged;
    private readonly EpollPing _ping;
    private readonly byte[] _events = GC.AllocateUninitializedArray<byte>(BatchSize * EpollNative.EventSize, pinned: true);
    private long _step;
    private volatile bool _stopping;

    // Used only by the driver.
    private int _next;
    private int _count;
    private IEpollSource? _running;
    private object? _code;
    private int _driver;

    /// <exception cref="IOException">There are no file descriptors left.</exception>
    public EpollLoop(EpollMonitor monitor)
    {
        _monitor = monitor;
        _epoll = EpollNative.CreateEpoll();
        try
        {
            _stop = EpollNative.CreateEvent();
            EpollNative.Watch(_epoll, _stop, EpollNative.In, EpollSlots.NoSource);
            _pinged = EpollNative.CreateEvent();
            _ping = new EpollPing(_pinged);
            Add(_ping, _pinged);
        }
        catch (IOException)
        {
            _pinged?.Dispose();
            _stop?.Dispose();
            _epoll.Dispose();
            throw;
        }
    }

    /// <summary>Whether this thread drives a loop and has fetched more events than the one that it handles now.</summary>
    public static bool HasMoreToDo => _ofThisThread is { } loop && loop._next < loop._count;

    /// <summary>Counts each begin and each end of code that the loop runs. Odd while code runs.</summary>
    public long Step => Volatile.Read(ref _step);

    /// <summary>The driver's thread; <see langword="null"/> if the system does not tell.</summary>
    public string? Thread { get; private set; }

    /// <summary>What <see cref="BeginCode"/> has named; <see langword="null"/> if nothing has a name.</summary>
    public object? Code => Volatile.Read(ref _code);

    /// <summary>
    /// Names the code that this thread runs from now on, in case it blocks the loop. Does nothing on a thread that drives no loop, or no longer.
    /// </summary>
    /// <param name="code">Its <see cref="object.ToString"/> is the name in the log.</param>
    public static void BeginCode(object code)
    {
        if (OfDriver() is { } loop)
            loop._code = code;
    }

    /// <summary>The code that <see cref="BeginCode"/> has named has returned.</summary>
    public static void EndCode()
    {
        if (OfDriver() is { } loop)
            loop._code = null;
    }

    /// <summary>Starts a thread that drives the loop, at first or in place of a late one.</summary>
    public void Start() => new System.Threading.Thread(Run) { IsBackground = true, Name = "ServerLib epoll" }.UnsafeStart();

    /// <summary>Ends the loop. It must have no connections.</summary>
    public void Stop()
    {
        _stopping = true;
        EpollNative.Signal(_stop);
    }

    /// <summary>Waits until the loop has handled an event. It must not have been stopped.</summary>
    public Task PingAsync() => _ping.AskAsync();

    /// <summary>Watches a source. If it is already ready, an event follows.</summary>
    /// <exception cref="IOException">The source can't be watched.</exception>
    public void Add(IEpollSource source, SafeHandle handle)
    {
        _slots.Add(source);
        try
        {
            EpollNative.Watch(_epoll, handle, Watched, source.Tag);
        }
        catch (IOException)
        {
            _slots.Remove(source);
            throw;
        }
    }

    /// <summary>
    /// Stops handling the events of a source that is about to be closed. The kernel stops watching a socket when it is closed.
    /// </summary>
    public void Remove(IEpollSource source) => _slots.Remove(source);

    /// <summary>
    /// Takes the loop from the thread that has run code since <paramref name="step"/>. Call <see cref="Start"/> after this.
    /// </summary>
    /// <param name="step">An odd <see cref="Step"/>.</param>
    /// <returns>The source whose code runs; <see langword="null"/> if the code has returned.</returns>
    public IEpollSource? TakeOver(long step) =>
        Interlocked.CompareExchange(ref _step, step + 1, step) == step ? _running : null;

    /// <summary>Runs the code that waits for an event.</summary>
    /// <returns><see langword="false"/> if another thread has taken the loop over.</returns>
    public bool Deliver(uint events, ulong tag)
    {
        if (_slots.Find(tag) is not { } source)
            return true;
        _running = source;
        long step = Interlocked.Increment(ref _step);
        _monitor.WakeUp();
        source.OnReady(events);
        return Interlocked.CompareExchange(ref _step, step + 1, step) == step;
    }

    private static EpollLoop? OfDriver() => _ofThisThread is { } loop && loop._driver == Environment.CurrentManagedThreadId ? loop : null;

    private void Run()
    {
        Thread = EpollThread.Current();
        _driver = Environment.CurrentManagedThreadId;
        _code = null;
        _ofThisThread = this;
        byte* first = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_events, 0);
        do
        {
            while (_next < _count)
            {
                EpollNative.Read(first + (_next++ * EpollNative.EventSize), out uint events, out ulong tag);
                if (!Deliver(events, tag))
                    return;
            }

            _running = null;
            _next = 0;
            _count = Wait(first);
        }
        while (!_stopping);

        _epoll.Dispose();
        _stop.Dispose();
        _pinged.Dispose();
    }

    /// <summary>Blocks at once. Spinning before that was measured and made it slower.</summary>
    private int Wait(byte* events)
    {
        while (true)
        {
            int count = EpollNative.EpollWait(_epoll, events, BatchSize, -1);
            if (count >= 0)
                return count;
            if (Marshal.GetLastPInvokeError() != EpollNative.Interrupted)
                throw EpollNative.Failure();
        }
    }
}
