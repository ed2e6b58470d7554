using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace ServerLib.Clients;

/// <summary>The bytes to and from a server: what has come and is not read yet, and one writer at a time.</summary>
internal sealed class ClientStream : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly CancellationTokenSource _aborted = new();
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly TlsClient? _tls;
    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;
    private volatile bool _hasHeard;

    private ClientStream(Socket socket, Stream stream, TlsClient? tls)
    {
        _socket = socket;
        _stream = stream;
        _tls = tls;
        Fingerprint = tls?.Fingerprint;
        ServerEndPoint = tls?.ServerEndPoint ?? [];
        IsBound = tls is not null || (socket.RemoteEndPoint is IPEndPoint remote && IPAddress.IsLoopback(remote.Address));
    }

    /// <summary>The fingerprint of the server's certificate; <see langword="null"/> without TLS.</summary>
    public string? Fingerprint { get; }

    /// <summary>What binds a signature to the server's certificate; empty without TLS.</summary>
    public byte[] ServerEndPoint { get; }

    /// <summary>Whether a signature that is made for this connection is of no use to whoever might listen in.</summary>
    public bool IsBound { get; }

    /// <summary>What has come and is not read yet; valid until the next <see cref="FillAsync"/>.</summary>
    public ReadOnlyMemory<byte> Unread => _buffer.AsMemory(_start, _end - _start);

    /// <exception cref="ServerClientException">The server can't be reached, or is not the right one.</exception>
    public static async Task<ClientStream> ConnectAsync(
        ServerClientOptions options, CancellationTokenSource timeout, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        bool isReached = false;
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            if (options.EndPoint is { } endPoint)
                await socket.ConnectAsync(endPoint, either.Token).ConfigureAwait(false);
            else
                await socket.ConnectAsync(options.Host, options.Port, either.Token).ConfigureAwait(false);
            var plain = new NetworkStream(socket, ownsSocket: true);
            isReached = true;
            if (options.Tls == TlsMode.None)
                return new ClientStream(socket, plain, null);
            var tls = new TlsClient(options);
            SslStream encrypted = await tls.AuthenticateAsync(plain, timeout, cancellationToken).ConfigureAwait(false);
            return new ClientStream(socket, encrypted, tls);
        }
        catch (Exception e)
        {
            socket.Dispose();
            if (isReached || !IsLost(e))
                throw;
            throw new ServerClientException($"{options.EndPoint?.ToString() ?? HostAndPort.Text(options.Host, options.Port)} can't be reached: {e.Message}", e);
        }
    }

    /// <summary>What a server does to those whom it refuses at accept.</summary>
    public static ServerClientException ClosedUnheard(Exception? cause = null) =>
        new("The server closed the connection before it said a word: it is full, or this address is banned or has to wait.", cause)
        {
            Code = ClientCode.Lost,
        };

    /// <summary>Waits for more bytes.</summary>
    /// <returns><see langword="false"/> at the end of what the server sends.</returns>
    /// <exception cref="ServerClientException">The connection is lost.</exception>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken = default)
    {
        if (_start == _end)
            _start = _end = 0;
        if (_end == _buffer.Length)
            MakeRoom();
        try
        {
            int count = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (count == 0 && Unheard(null) is { } refusal)
                throw refusal;
            _end += count;
            _hasHeard = true;
            return count > 0;
        }
        catch (Exception e) when (IsLost(e))
        {
            throw Lost(e);
        }
    }

    /// <summary>Marks bytes as read.</summary>
    public void Consume(int count) => _start += count;

    /// <summary>Writes all of a frame, after those that wait already.</summary>
    /// <param name="rented">From the shared pool, returned there.</param>
    /// <param name="size">How much of it is to be written.</param>
    /// <param name="cancellationToken">Gives up waiting; what has its turn goes out all the same, since half a frame can't.</param>
    /// <exception cref="ServerClientException">The connection is lost.</exception>
    public async ValueTask WriteAsync(byte[] rented, int size, CancellationToken cancellationToken)
    {
        try
        {
            await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            ArrayPool<byte>.Shared.Return(rented);
            throw;
        }

        await WriteOutAsync(rented, size).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says that nothing more is sent.</summary>
    public void CompleteWriting()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (IsLost(e))
        {
            // It is over anyway.
        }
    }

    /// <summary>Ends the connection at once, for whoever reads or writes.</summary>
    public void Dispose()
    {
        _aborted.Cancel();
        _socket.Dispose();
    }

    private static bool IsLost(Exception e) => e is IOException or SocketException or ObjectDisposedException;

    private ServerClientException Lost(Exception cause) =>
        Unheard(cause) ?? new ServerClientException("The connection is lost.", cause) { Code = ClientCode.Lost };

    private ServerClientException? Unheard(Exception? cause) =>
        _hasHeard ? null : _tls is null ? ClosedUnheard(cause) : _tls.RefusalOf(cause);

    private async Task WriteOutAsync(byte[] rented, int size)
    {
        try
        {
            await _stream.WriteAsync(rented.AsMemory(0, size), _aborted.Token).ConfigureAwait(false);
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

    /// <summary>
    /// Doubles as data comes, never by what a header promises; a frame that is too large is refused before this gets out of hand.
    /// </summary>
    private void MakeRoom()
    {
        byte[] target = _start > _buffer.Length / 2 ? _buffer : new byte[_buffer.Length * 2];
        Unread.CopyTo(target);
        (_start, _end, _buffer) = (0, _end - _start, target);
    }
}
