using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace ServerLib.Transport;

/// <summary>TLS over another transport, which it owns. Bytes that it takes are encrypted at once. At most 32 KiB wait.</summary>
internal sealed class TlsConnection : TransportConnection
{
    /// <summary>Two records. On Unix, <see cref="SslStream"/> writes this much at once.</summary>
    private const int MaxAtOnce = 32 * 1024;

    private readonly TransportConnection _inner;
    private readonly TransportStream _stream;
    private readonly ServerTls _tls;
    private readonly Lock _writing = new();
    private TlsFacts? _facts;
    private bool _isReadable;
    private volatile bool _closed;

    private TlsConnection(TransportConnection inner, ReadOnlyMemory<byte> first)
    {
        _inner = inner;
        _stream = new TransportStream(inner, first);
        _tls = new ServerTls(_stream);
    }

    public override EndPoint RemoteEndPoint => _inner.RemoteEndPoint;

    public override bool IsLocal => _inner.IsLocal;

    public override Socket? Socket => _inner.Socket;

    public override bool HasDisconnected => _inner.HasDisconnected;

    public override bool HasEnded => _inner.HasEnded;

    public override bool IsReset => _inner.IsReset;

    public override bool Owns(Socket socket) => _inner.Owns(socket);

    public override ContinuationAffinity? Affinity { get => _inner.Affinity; set => _inner.Affinity = value; }

    public override TlsFacts? Tls => _facts;

    public override ValueTask<bool> HasTimedOutAsync() => _inner.HasTimedOutAsync();

    public override TimeSpan? SinceLastAck => _inner.SinceLastAck;

    public override int Unacknowledged => _inner.Unacknowledged;

    public override bool ReceivedTooMuch { get => _inner.ReceivedTooMuch; set => _inner.ReceivedTooMuch = value; }

    public override void EndLogin() => _stream.Quota.EndLogin();

    public override int TakeOverhead() => _stream.Quota.TakeOverhead();

    /// <summary>Does the server's side of the handshake on the thread pool.</summary>
    /// <param name="inner">The transport. On success, the returned connection owns it.</param>
    /// <param name="first">Bytes that were already read from it.</param>
    /// <param name="identity">The certificate.</param>
    /// <param name="limiter">Limits concurrent handshakes.</param>
    /// <param name="cryptography">The affinity during the handshake.</param>
    /// <param name="hasPriority">Whether the client is on this machine or has a known address.</param>
    /// <param name="cancellationToken">Cancels the handshake.</param>
    /// <returns>The connection; if the handshake failed, <see langword="null"/> and the reason.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public static async Task<(TlsConnection? Connection, DisconnectReason Failure)> AcceptAsync(
        TransportConnection inner,
        ReadOnlyMemory<byte> first,
        TlsIdentity identity,
        TlsHandshakeLimiter limiter,
        ContinuationAffinity cryptography,
        bool hasPriority,
        CancellationToken cancellationToken)
    {
        var connection = new TlsConnection(inner, first);
        ContinuationAffinity? affinity = inner.Affinity;
        inner.Affinity = cryptography;
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await connection._stream.AcquireAsync(limiter, hasPriority, cancellationToken).ConfigureAwait(false);
            await connection._tls.AuthenticateAsServerAsync(identity.Options, cancellationToken).ConfigureAwait(false);
            connection._stream.Quota.EndHandshake();
            connection._facts = new TlsFacts(connection._tls.RemoteCertificate?.Subject, identity.EndPointHash);
            return (connection, DisconnectReason.None);
        }
        catch (Exception e) when (IsFailure(e))
        {
            // Sends the TLS alert before the connection is closed.
            await connection._stream.WaitToFlushAsync(cancellationToken).ConfigureAwait(false);
            return (null, connection._tls.ClientIsRefused ? DisconnectReason.ClientCertificateRefused : DisconnectReason.TlsFailed);
        }
        finally
        {
            connection._stream.Release();
            inner.Affinity = affinity;
            if (connection._facts is null)
                await connection._tls.DisposeAsync().ConfigureAwait(false);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken)
    {
        if (_closed)
            return false;
        try
        {
            // Reads zero bytes, so that an idle connection holds no buffer. Then a record is decrypted, or the stream has ended.
            await _tls.ReadAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
            _isReadable = true;
            return !_closed && !_stream.IsLost;
        }
        catch (Exception e) when (IsFailure(e))
        {
            return false;
        }
    }

    public override bool TryRead(Span<byte> buffer, out int count)
    {
        count = -1;
        if (_closed)
            return true;
        if (!_isReadable)
            return false;
        _isReadable = false;
        try
        {
            count = _tls.Read(buffer);
            _stream.Quota.CountText(count);
        }
        catch (Exception e) when (IsFailure(e))
        {
            // Data that can't be decrypted ends the connection.
        }

        return true;
    }

    public override int TryWrite(ReadOnlySpan<byte> bytes)
    {
        lock (_writing)
        {
            if (_closed)
                return -1;
            try
            {
                int taken = 0;
                while (taken < bytes.Length && _stream.IsFlushed)
                {
                    ReadOnlySpan<byte> next = bytes[taken..Math.Min(bytes.Length, taken + MaxAtOnce)];
                    _tls.Write(next);
                    taken += next.Length;
                    if (_stream.IsLost)
                        return -1;
                }

                return taken;
            }
            catch (Exception e) when (IsFailure(e))
            {
                return -1;
            }
        }
    }

    public override async ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken) =>
        await _stream.WaitToFlushAsync(cancellationToken).ConfigureAwait(false) && !_closed;

    public override ValueTask YieldAsync() => _inner.YieldAsync();

    public override void CompleteWriting() => _ = CompleteWritingAsync();

    public override async ValueTask DisposeAsync()
    {
        lock (_writing)
        {
            if (_closed)
                return;
            _closed = true;
        }

        await _inner.DisposeAsync().ConfigureAwait(false);
        await _tls.DisposeAsync().ConfigureAwait(false);
    }

    private async Task CompleteWritingAsync()
    {
        try
        {
            // The stream never waits when it writes.
            Task closing;
            lock (_writing)
                closing = _tls.ShutdownAsync();
            await closing.ConfigureAwait(false);
        }
        catch (Exception e) when (IsFailure(e))
        {
            // Without a close_notify alert, the peer sees only the end of the stream.
        }

        await _stream.WaitToFlushAsync(CancellationToken.None).ConfigureAwait(false);
        _inner.CompleteWriting();
    }

    /// <summary>
    /// Whether an exception means that the connection can't be used any more. A peer's data can make <see cref="SslStream"/> throw exceptions
    /// that it does not document, such as IndexOutOfRangeException for an empty record in the handshake.
    /// </summary>
    private static bool IsFailure(Exception e) => e is not OperationCanceledException;
}
