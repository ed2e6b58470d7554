using System.Runtime.CompilerServices;

namespace ServerLib.Transport;

/// <summary>
/// A transport as a stream for <see cref="System.Net.Security.SslStream"/>. A read with an empty buffer waits for data and holds no memory.
/// Writes never wait: bytes that the transport does not take are kept, and sent when the peer reads.
/// </summary>
/// <param name="transport">The transport.</param>
/// <param name="first">Bytes that were already read from it. They are read first.</param>
internal sealed class TransportStream(TransportConnection transport, ReadOnlyMemory<byte> first) : Stream
{
    /// <summary>
    /// The most bytes that wait for a peer that does not read; one large write may exceed it. Text stops before that, but every KeyUpdate of the
    /// peer causes an answer.
    /// </summary>
    public const int MaxQueued = 64 * 1024;

    /// <summary>An unencrypted fatal alert, handshake_failure (RFC 8446, section 6.2).</summary>
    private static readonly byte[] HandshakeFailure = [21, 3, 3, 0, 2, 2, 40];

    private readonly SendQueue _output = new(transport, MaxQueued);
    private ReadOnlyMemory<byte> _first = first;
    private ClientHelloFilter? _hello;
    private TlsHandshakeLimiter? _handshakes;
    private bool _hasPriority;
    private bool _holdsSlot;
    private volatile bool _isLost;

    /// <summary>Counts the received bytes.</summary>
    public TlsInboundQuota Quota { get; } = new(first.Length);

    /// <summary>Whether the transport is lost. Reads return the end of the stream then.</summary>
    public bool IsLost => _isLost || _output.IsClosed;

    /// <summary>Whether the transport has taken everything.</summary>
    public bool IsFlushed => _output.IsEmpty;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Begins the handshake: from now on, computations between reads hold a slot of the limiter.</summary>
    public async Task AcquireAsync(TlsHandshakeLimiter handshakes, bool hasPriority, CancellationToken cancellationToken)
    {
        _hello = new ClientHelloFilter();
        _handshakes = handshakes;
        _hasPriority = hasPriority;
        await handshakes.AcquireAsync(hasPriority, cancellationToken).ConfigureAwait(false);
        _holdsSlot = true;
    }

    /// <summary>Ends the handshake and returns the slot.</summary>
    public void Release()
    {
        if (_holdsSlot)
            _handshakes!.Release(_hasPriority);
        _holdsSlot = false;
        _handshakes = null;
        _hello = null;
    }

    /// <summary>Waits until the transport has taken everything.</summary>
    /// <returns><see langword="false"/> if the connection is lost.</returns>
    public ValueTask<bool> WaitToFlushAsync(CancellationToken cancellationToken) => _output.FlushAsync(cancellationToken);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_first.IsEmpty)
            return Checked(buffer.Span[..TakeFirst(buffer.Span)]);
        if (buffer.IsEmpty)
        {
            await WaitAsync(cancellationToken).ConfigureAwait(false);
            return 0;
        }

        if (_handshakes is null && Quota.TakeTurn())
            await transport.YieldAsync().ConfigureAwait(false);

        int count;
        while (!transport.TryRead(buffer.Span, out count))
        {
            if (!await WaitAsync(cancellationToken).ConfigureAwait(false))
                return 0;
        }

        return Checked(buffer.Span[..Counted(count)]);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Reads the bytes that have arrived.</summary>
    /// <exception cref="IOException">No bytes have arrived. A synchronous read can't wait for them.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (!_first.IsEmpty)
            return Checked(buffer[..TakeFirst(buffer)]);
        if (!transport.TryRead(buffer, out int count))
            throw new IOException("No bytes have arrived.");
        return Checked(buffer[..Counted(count)]);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer) => _output.WriteNow(buffer);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override void Flush()
    {
        // Kept bytes are sent when the peer reads.
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private int TakeFirst(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, _first.Length);
        _first.Span[..count].CopyTo(buffer);
        _first = _first[count..];
        return count;
    }

    /// <summary>Inspects the ClientHello. A rejected one is answered with an alert, and ends the stream.</summary>
    /// <returns>The number of bytes to read; 0 for the end of the stream.</returns>
    private int Checked(ReadOnlySpan<byte> bytes)
    {
        if (_hello is not { IsDone: false } hello || hello.Allows(bytes))
            return bytes.Length;
        Write(HandshakeFailure);
        _isLost = true;
        return 0;
    }

    /// <returns>The number of bytes to read; 0 for the end of the stream.</returns>
    private int Counted(int count)
    {
        _isLost |= count < 0;
        if (count <= 0 || IsLost)
            return 0;
        if (Quota.TryCount(count))
            return count;
        transport.ReceivedTooMuch = true;
        _isLost = true;
        return 0;
    }

    private ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _handshakes is { } handshakes
        ? WaitWithoutSlotAsync(handshakes, cancellationToken)
        : WaitNoted(transport.WaitToReadAsync(cancellationToken));

    private ValueTask<bool> WaitNoted(ValueTask<bool> waiting)
    {
        if (waiting.IsCompletedSuccessfully && waiting.Result)
            return ValueTask.FromResult(true);
        Quota.Wait();
        return WaitNotedAsync(waiting);

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        async ValueTask<bool> WaitNotedAsync(ValueTask<bool> unfinished)
        {
            bool isReady = await unfinished.ConfigureAwait(false);
            _isLost |= !isReady;
            return isReady;
        }
    }

    private async ValueTask<bool> WaitWithoutSlotAsync(TlsHandshakeLimiter handshakes, CancellationToken cancellationToken)
    {
        _holdsSlot = false;
        handshakes.Release(_hasPriority);
        bool isReady = await transport.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
        await handshakes.AcquireAsync(_hasPriority, cancellationToken).ConfigureAwait(false);
        _holdsSlot = true;
        _isLost |= !isReady;
        return isReady;
    }
}
