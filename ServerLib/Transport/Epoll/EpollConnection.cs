using System.Net;
using System.Net.Sockets;

namespace ServerLib.Transport;

/// <summary>A socket that an <see cref="EpollLoop"/> watches. Code that waits for it continues on the loop's thread.</summary>
internal sealed class EpollConnection : TransportConnection, IEpollSource
{
    private const uint Ended = EpollNative.ReadHangUp | EpollNative.HangUp | EpollNative.Error;
    private const uint Readable = EpollNative.In | Ended;
    private const uint Writable = EpollNative.Out | EpollNative.HangUp | EpollNative.Error;

    private readonly EpollTransport _transport;
    private readonly EpollLoop _loop;
    private readonly EpollSocket _socket;
    private readonly EndPoint _peer;
    private readonly ReadinessSource _read = new();
    private ReadinessSource? _write;
    private Socket? _applicationSocket;
    private IThreadPoolWorkItem? _first;
    private volatile bool _ended;
    private int _disposed;

    /// <summary>Creates a connection that is not watched before it is opened. It owns the socket.</summary>
    public EpollConnection(EpollTransport transport, EpollLoop loop, EpollSocket socket, EndPoint peer)
    {
        _transport = transport;
        _loop = loop;
        _socket = socket;
        _peer = peer;
    }

    public override EndPoint RemoteEndPoint => ProxiedClient ?? _peer;

    /// <summary>A socket for the application, created on first use. The connection itself does not need it.</summary>
    public override Socket? Socket
    {
        get
        {
            if (Volatile.Read(ref _applicationSocket) is { } existing)
                return existing;
            try
            {
                Socket created = _socket.ToSocket();
                Socket used = Interlocked.CompareExchange(ref _applicationSocket, created, null) ?? created;
                if (used != created || Volatile.Read(ref _disposed) != 0)
                    created.Dispose();
                return used;
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
        }
    }

    public override bool HasDisconnected => DisconnectDetector.HasDisconnected(_socket);

    public override bool IsReset => DisconnectDetector.IsReset(_socket);

    /// <summary>
    /// Identifies the connection in events: its slot in the loop and a number that no other owner of the slot has.
    /// <see cref="EpollSlots.NoSource"/> before it is opened.
    /// </summary>
    public ulong Tag { get; set; }

    string IEpollSource.Description => $"The connection from {RemoteEndPoint}";

    private ContinuationTarget Target => Affinity?.Target ?? ContinuationTarget.Loop;

    public override ValueTask<bool> HasTimedOutAsync() => ValueTask.FromResult(_socket.HasTimedOut);

    public override TimeSpan? SinceLastAck => DisconnectDetector.SinceLastAck(_socket);

    public override int Unacknowledged => DisconnectDetector.Unacknowledged(_socket);

    public override bool CanInterrupt => true;

    public override bool CanCloseAtOnce => true;

    public override bool Owns(Socket socket) => Volatile.Read(ref _applicationSocket) == socket;

    public override bool TryOpen(IThreadPoolWorkItem? first = null)
    {
        if (Tag != EpollSlots.NoSource)
            return base.TryOpen(first);

        // A new connection can be written, so an event follows at once. Running the code there saves a switch to another thread.
        _first = first;
        _loop.Add(this, _socket);
        return true;
    }

    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) => _read.WaitAsync(cancellationToken);

    public override void Interrupt() => _read.Set(ContinuationTarget.Pool);

    public override bool TryRead(Span<byte> buffer, out int count)
    {
        _read.Clear();
        count = Receive(buffer, out bool wouldBlock);
        if (wouldBlock)
            return false;
        if (count <= 0)
            _ended = true;

        // A short read means that nothing is left, and later data causes a new event. An end that was already reported causes none.
        if (count == buffer.Length || _ended)
            _read.Set(ContinuationTarget.BlockingThreads, _transport.BlockingThreads);
        return true;
    }

    public override int TryWrite(ReadOnlySpan<byte> bytes)
    {
        int taken = Send(bytes);
        return taken < 0 || taken == bytes.Length ? taken : TryWriteRest(bytes, taken);
    }

    public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken) =>
        Volatile.Read(ref _write) is { } write ? write.WaitAsync(cancellationToken) : ValueTask.FromResult(!_read.IsLost);

    public override void CompleteWriting()
    {
        try
        {
            _socket.CompleteWriting();
        }
        catch (ObjectDisposedException)
        {
            // The connection is lost already.
        }
    }

    public override ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            if (Tag != EpollSlots.NoSource)
                _loop.Remove(this);
            _read.Abort();
            Volatile.Read(ref _write)?.Abort();
            _socket.Dispose();
            Volatile.Read(ref _applicationSocket)?.Dispose();
            _transport.Release();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Handles an event on the loop's thread, and runs the code that waits for it.</summary>
    public void OnReady(uint events)
    {
        if ((events & Ended) != 0)
            _ended = true;
        if ((events & Writable) != 0)
            Volatile.Read(ref _write)?.Set(Target, _transport.BlockingThreads);
        if ((events & Readable) != 0)
            _read.Set(Target, _transport.BlockingThreads);
        if (_first is { } first)
        {
            _first = null;
            first.Execute();
        }
    }

    private int Receive(Span<byte> buffer, out bool wouldBlock)
    {
        wouldBlock = false;
        if (_read.IsLost)
            return -1;
        try
        {
            return _socket.Receive(buffer, out wouldBlock);
        }
        catch (ObjectDisposedException)
        {
            return -1;
        }
    }

    /// <summary>
    /// Writes the rest after the socket was full. From here on the connection tracks whether it is writable; most connections never need that.
    /// An event is certain only if the socket is still full after the tracking has begun.
    /// </summary>
    private int TryWriteRest(ReadOnlySpan<byte> bytes, int taken)
    {
        ReadinessSource write = _write ?? TrackWritable();
        write.Clear();
        while (true)
        {
            int count = Send(bytes[taken..]);
            if (count < 0)
                return -1;
            if (count == 0)
                return taken;
            taken += count;
            if (taken == bytes.Length)
            {
                write.Set(ContinuationTarget.BlockingThreads, _transport.BlockingThreads);
                return taken;
            }
        }
    }

    private ReadinessSource TrackWritable()
    {
        var write = new ReadinessSource();
        Interlocked.Exchange(ref _write, write);
        if (_read.IsLost)
            write.Abort();
        return write;
    }

    /// <returns>The number of bytes taken; -1 if the connection is lost.</returns>
    private int Send(ReadOnlySpan<byte> bytes)
    {
        if (_read.IsLost)
            return -1;
        try
        {
            return _socket.Send(bytes);
        }
        catch (ObjectDisposedException)
        {
            return -1;
        }
    }
}
