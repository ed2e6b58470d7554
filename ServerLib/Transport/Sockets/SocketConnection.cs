using System.Buffers;
using System.Net;
using System.Net.Sockets;
using ServerLib.Protocol;

namespace ServerLib.Transport;

/// <summary>
/// The portable transport: a non-blocking <see cref="System.Net.Sockets.Socket"/>. A wait uses a buffer of about the size of the last read. A
/// wait without a buffer would need one more system call.
/// </summary>
internal sealed class SocketConnection : TransportConnection
{
    private const int MinAwaited = 256;
    private const int MaxOverlapped = 16 * 1024;

    private readonly Socket _socket;
    private readonly EndPoint _peer;
    private readonly TimeSpan _keepAlive;
    private readonly ReadinessSource _read = new();

    // Does not capture the execution context, because no code here needs it.
    private readonly SocketAsyncEventArgs _arrival = new(true);
    private byte[]? _arrived;
    private int _start;
    private int _end;
    private int _size = MinAwaited;
    private volatile bool _isAwaited;
    private volatile bool _hasTimedOut;
    private Task<bool> _sending = Task.FromResult(true);

    /// <summary>Creates a connection that is not open yet. It owns the socket.</summary>
    /// <exception cref="SocketException">The socket is not connected.</exception>
    public SocketConnection(Socket socket, TimeSpan keepAlive)
    {
        _socket = socket;
        _keepAlive = keepAlive;
        _peer = PeerOf(socket);
        _arrival.Completed += (_, _) => OnArrival();
    }

    public override EndPoint RemoteEndPoint => ProxiedClient ?? _peer;

    public override Socket Socket => _socket;

    public override bool HasDisconnected => DisconnectDetector.HasDisconnected(_socket);

    public override bool IsReset => DisconnectDetector.IsReset(_socket.SafeHandle);

    public override TimeSpan? SinceLastAck => DisconnectDetector.SinceLastAck(_socket.SafeHandle);

    public override int Unacknowledged => DisconnectDetector.Unacknowledged(_socket.SafeHandle);

    public override bool CanInterrupt => true;

    public override bool CanCloseAtOnce => _sending.IsCompleted;

    /// <summary>The end point of a socket's peer. The peers of a Unix socket have none, so its own path stands for them.</summary>
    /// <exception cref="SocketException">The socket is not connected.</exception>
    private static EndPoint PeerOf(Socket socket)
    {
        EndPoint? peer = socket.AddressFamily == AddressFamily.Unix ? socket.LocalEndPoint : socket.RemoteEndPoint;
        return Unmapped(peer ?? throw new SocketException((int)SocketError.NotConnected));
    }

    /// <summary>Sets the options of a connection's socket. On Linux, they can be set on the listener, and its connections inherit them.</summary>
    /// <exception cref="SocketException">The socket is no longer connected.</exception>
    public static void SetOptions(Socket socket, TimeSpan keepAlive)
    {
        if (socket.AddressFamily == AddressFamily.Unix)
            return;
        socket.NoDelay = true;
        TcpKeepAlive.Set(socket, keepAlive);
    }

    public override bool TryOpen(IThreadPoolWorkItem? first = null)
    {
        try
        {
            SetOptions(_socket, _keepAlive);
        }
        catch (SocketException)
        {
            // The peer reset the connection before it was accepted. Systems other than Linux report this here.
            return false;
        }

        _socket.Blocking = false;
        return base.TryOpen(first);
    }

    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken)
    {
        if (!_isAwaited && !_read.IsLost)
        {
            if (_arrived is not null)
                return ValueTask.FromResult(true);
            _arrived = ArrayPool<byte>.Shared.Rent(_size);
            _arrival.SetBuffer(_arrived, 0, _size);
            _isAwaited = true;
            if (!TryAwait())
            {
                EndAwaiting();
                return ValueTask.FromResult(!_read.IsLost);
            }
        }

        return _read.WaitAsync(cancellationToken);
    }

    public override void Interrupt() => _read.Set(ContinuationTarget.Pool);

    public override bool TryRead(Span<byte> buffer, out int count)
    {
        _read.Clear();
        count = _read.IsLost ? -1 : 0;
        if (_isAwaited || count < 0)
            return count < 0;
        if (_arrived is null)
            return TryReceive(buffer, out count);
        count = TakeArrived(buffer, out bool mayHaveMore);
        if (mayHaveMore && count < buffer.Length && TryReceive(buffer[count..], out int more))
        {
            if (more < 0)
                _read.Abort();
            else
                count += more;
        }

        return true;
    }

    public override int TryWrite(ReadOnlySpan<byte> bytes)
    {
        if (!_sending.IsCompleted)
            return 0;
        try
        {
            int count = _socket.Send(bytes, SocketFlags.None, out SocketError error);
            Note(error);
            return error switch
            {
                SocketError.Success => count,
                SocketError.WouldBlock => SendLater(bytes),
                _ => -1,
            };
        }
        catch (ObjectDisposedException)
        {
            return -1;
        }
    }

    public override async ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken) =>
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);

    public override async ValueTask<bool> HasTimedOutAsync()
    {
        // TLS also reports a loss while the socket still works. A peer that does not read would keep it sending.
        if (_read.IsLost || IsReset)
            await _sending.ConfigureAwait(false);
        return _hasTimedOut;
    }

    public override void CompleteWriting() => _ = CompleteWritingAsync();

    public override ValueTask DisposeAsync()
    {
        _read.Abort();
        _socket.Dispose();
        _arrival.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <returns>Whether the wait is pending; otherwise data has arrived, or the connection is lost.</returns>
    private bool TryAwait()
    {
        try
        {
            return _socket.ReceiveAsync(_arrival);
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Runs the code that waits, on a thread of the thread pool.</summary>
    private void OnArrival()
    {
        EndAwaiting();
        _read.Set(ContinuationTarget.Loop);
    }

    private void EndAwaiting()
    {
        (_start, _end) = (0, _arrival.BytesTransferred);
        Note(_arrival.SocketError);
        if (_arrival.SocketError != SocketError.Success)
            _read.Abort();
        _isAwaited = false;
    }

    private int TakeArrived(Span<byte> buffer, out bool mayHaveMore)
    {
        int count = Math.Min(buffer.Length, _end - _start);
        _arrived.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        mayHaveMore = _start == _end && _end == _size;
        if (_start < _end)
            return count;
        _size = mayHaveMore ? Math.Min(_size * 4, MaxOverlapped) : _end < _size / 8 ? Math.Max(_size / 2, MinAwaited) : _size;
        ArrayPool<byte>.Shared.Return(_arrived!);
        _arrived = null;
        return count;
    }

    private bool TryReceive(Span<byte> buffer, out int count)
    {
        count = -1;
        try
        {
            count = _socket.Receive(buffer, SocketFlags.None, out SocketError error);
            Note(error);
            if (error == SocketError.WouldBlock)
                return false;
            if (error != SocketError.Success)
                count = -1;
        }
        catch (ObjectDisposedException)
        {
            // The connection was closed by this side.
        }

        return true;
    }

    /// <summary>Waits for bytes that were taken and are not sent yet, because the shutdown would discard them.</summary>
    private async Task CompleteWritingAsync()
    {
        await _sending.ConfigureAwait(false);
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (IsLost(e))
        {
            // The connection is lost already.
        }
    }

    /// <summary>Sends asynchronously when the socket is full, because this is the only way to learn when it accepts bytes again.</summary>
    private int SendLater(ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(bytes.Length, MaxOverlapped);
        byte[] copy = ArrayPool<byte>.Shared.Rent(count);
        bytes[..count].CopyTo(copy);
        _sending = SendAsync(copy, count);
        return count;
    }

    private async Task<bool> SendAsync(byte[] buffer, int count)
    {
        try
        {
            await _socket.SendAsync(buffer.AsMemory(0, count), SocketFlags.None).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (IsLost(e))
        {
            if (e is SocketException lost)
                Note(lost.SocketErrorCode);
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Note(SocketError error) => _hasTimedOut |= error == SocketError.TimedOut;

    private static bool IsLost(Exception e) => e is SocketException or ObjectDisposedException;

    /// <summary>Converts the address of an IPv4 peer of a dual-mode socket to IPv4.</summary>
    private static EndPoint Unmapped(EndPoint endPoint) =>
        endPoint is IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped ? new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port) : endPoint;
}
