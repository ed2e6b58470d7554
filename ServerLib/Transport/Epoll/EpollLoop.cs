using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ServerLib.Transport;

/// <summary>
/// One epoll descriptor, and the thread that waits for it and runs the code of whoever an event concerns. When that code blocks, a
/// stand-in takes over where the thread is held up.
/// </summary>
/// <remarks>
/// Who drives is decided by <see cref="Step"/>. It is odd while code runs; whoever makes it even again drives from there on: the thread
/// itself when the code returns in time, otherwise <see cref="TakeOver"/>, and the late thread then finds the step made and ends. All
/// fields of the driver pass from one to the next with it, the events that are fetched but not yet handled among them.
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
    private readonly byte[] _events = GC.AllocateUninitializedArray<byte>(BatchSize * EpollNative.EventSize, pinned: true);
    private long _step;
    private volatile bool _stopping;

    // The driver's.
    private int _next;
    private int _count;
    private EpollConnection? _running;

    /// <exception cref="IOException">There are no descriptors left.</exception>
    public EpollLoop(EpollMonitor monitor)
    {
        _monitor = monitor;
        _epoll = EpollNative.CreateEpoll();
        try
        {
            _stop = EpollNative.CreateEvent();
            EpollNative.Watch(_epoll, _stop, EpollNative.In, EpollSlots.Nobody);
        }
        catch (IOException)
        {
            _stop?.Dispose();
            _epoll.Dispose();
            throw;
        }
    }

    /// <summary>Whether this thread is a loop's, and has fetched more events than the one whose code runs.</summary>
    public static bool HasMoreToDo => _ofThisThread is { } loop && loop._next < loop._count;

    /// <summary>How often code has begun and ended to run; odd while it runs.</summary>
    public long Step => Volatile.Read(ref _step);

    /// <summary>The driver, where it can be known.</summary>
    public string? Thread { get; private set; }

    /// <summary>Begins, or goes on in the place of a thread that is late.</summary>
    public void Start() => new System.Threading.Thread(Run) { IsBackground = true, Name = "ServerLib epoll" }.UnsafeStart();

    /// <summary>Ends the loop, which must not watch anything any more.</summary>
    public void Stop()
    {
        _stopping = true;
        EpollNative.Signal(_stop);
    }

    /// <summary>Watches a connection; what is ready already is told too.</summary>
    /// <exception cref="IOException">It can't be watched.</exception>
    public void Add(EpollConnection connection, SafeHandle handle)
    {
        _slots.Add(connection);
        try
        {
            EpollNative.Watch(_epoll, handle, Watched, connection.Tag);
        }
        catch (IOException)
        {
            _slots.Remove(connection);
            throw;
        }
    }

    /// <summary>
    /// Stops handling the events of a connection that is about to be closed. The kernel stops watching a socket when it is closed.
    /// </summary>
    public void Remove(EpollConnection connection) => _slots.Remove(connection);

    /// <summary>
    /// Takes the loop from the thread that runs code since <paramref name="step"/>, which <see cref="Start"/> has to follow.
    /// </summary>
    /// <param name="step">An odd <see cref="Step"/>.</param>
    /// <returns>The connection whose code runs; <see langword="null"/> when it no longer does.</returns>
    public EpollConnection? TakeOver(long step) =>
        Interlocked.CompareExchange(ref _step, step + 1, step) == step ? _running : null;

    /// <summary>Runs the code that waits for an event.</summary>
    /// <returns><see langword="false"/> when a stand-in has taken over meanwhile.</returns>
    public bool Deliver(uint events, ulong tag)
    {
        if (_slots.Find(tag) is not { } connection)
            return true;
        _running = connection;
        long step = Interlocked.Increment(ref _step);
        _monitor.WakeUp();
        connection.OnReady(events);
        return Interlocked.CompareExchange(ref _step, step + 1, step) == step;
    }

    private void Run()
    {
        Thread = EpollThread.Current();
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
    }

    /// <summary>Blocks at once: trying a few times before that was measured, and cost more than it gained.</summary>
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
