using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace ServerLib.Clients;

/// <summary>The bytes from and to a server. Received bytes are buffered; one frame is written at a time.</summary>
/// <param name="socket">The socket; <see langword="null"/> if the application has connected.</param>
/// <param name="stream">The bytes.</param>
/// <param name="tls">The TLS connection; <see langword="null"/> without TLS.</param>
internal sealed class ClientStream(Socket? socket, Stream stream, TlsClient? tls) : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly CancellationTokenSource _aborted = new();
    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;
    private volatile bool _hasReceived;

    /// <summary>The fingerprint of the server's certificate; <see langword="null"/> without TLS.</summary>
    public string? Fingerprint => tls?.Fingerprint;

    /// <summary>The hash of the server's certificate, to which signatures are bound; empty without TLS.</summary>
    public byte[] ServerEndPoint => tls?.ServerEndPoint ?? [];

    /// <summary>
    /// Whether the connection uses TLS, or stays on this machine: nobody else can read a password, or use a signature that is made for it.
    /// </summary>
    public bool IsBound { get; } =
        tls is not null || (socket?.RemoteEndPoint is IPEndPoint remote && IPAddress.IsLoopback(remote.Address));

    /// <summary>The bytes that are received and not consumed yet. Valid until the next <see cref="FillAsync"/>.</summary>
    public ReadOnlyMemory<byte> Unread => _buffer.AsMemory(_start, _end - _start);

    /// <summary>Whether an exception means that the connection is lost.</summary>
    public static bool IsLost(Exception e) => e is IOException or SocketException or ObjectDisposedException;

    /// <summary>Receives more bytes.</summary>
    /// <returns><see langword="false"/> if the server has closed the connection.</returns>
    /// <exception cref="ServerClientException">The connection is lost.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken = default)
    {
        if (_start == _end)
            _start = _end = 0;
        if (_end == _buffer.Length)
            MakeRoom();
        try
        {
            int count = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (count == 0 && NotAdmitted(null) is { } refusal)
                throw refusal;
            _end += count;
            _hasReceived = true;
            return count > 0;
        }
        catch (Exception e) when (IsLost(e) || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // A stream of the application may cancel a read when it is disposed.
            throw Lost(e);
        }
    }

    /// <summary>Marks bytes as consumed.</summary>
    public void Consume(int count) => _start += count;

    /// <summary>Writes a whole frame, after those that already wait.</summary>
    /// <param name="rented">An array from the shared pool. This method returns it.</param>
    /// <param name="size">The frame's size.</param>
    /// <param name="cancellationToken">Cancels the waiting. A frame whose writing has begun is still written, because half a frame is invalid.</param>
    /// <param name="onWriting">Called when the frame is the next to be written. It is not written if this throws.</param>
    /// <exception cref="ServerClientException">The connection is lost.</exception>
    public async ValueTask WriteAsync(byte[] rented, int size, CancellationToken cancellationToken, Action? onWriting = null)
    {
        try
        {
            await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
            throw;
        }

        await WriteNowAsync(rented, size, onWriting).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Signals the server that no more bytes follow.</summary>
    public void CompleteWriting()
    {
        try
        {
            socket?.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (IsLost(e))
        {
            // The connection has ended already.
        }
    }

    /// <summary>Closes the connection at once. Pending reads and writes fail.</summary>
    public void Dispose()
    {
        _aborted.Cancel();
        if (socket is not null)
            socket.Dispose();
        else
            stream.Dispose();
    }

    private ServerClientException Lost(Exception cause) =>
        NotAdmitted(cause) ?? new ServerClientException("The connection is lost.", cause) { Code = ClientCode.Lost };

    private ServerClientException? NotAdmitted(Exception? cause) =>
        _hasReceived ? null : tls is null ? ClientErrors.ClosedAtOnce(cause) : tls.RefusalOf(cause);

    private async Task WriteNowAsync(byte[] rented, int size, Action? onWriting)
    {
        try
        {
            onWriting?.Invoke();
            await stream.WriteAsync(rented.AsMemory(0, size), _aborted.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (IsLost(e) || e is OperationCanceledException)
        {
            Dispose();
            throw Lost(e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
            _writing.Release();
        }
    }

    /// <summary>Moves the unread bytes to the start, or doubles the buffer. It grows with received bytes, never with an announced length.</summary>
    private void MakeRoom()
    {
        byte[] target = _start > _buffer.Length / 2 ? _buffer : new byte[_buffer.Length * 2];
        Unread.CopyTo(target);
        (_start, _end, _buffer) = (0, _end - _start, target);
    }
}
