using System.Runtime.CompilerServices;

namespace ServerLib.Transport;

/// <summary>
/// A transport as the stream that <see cref="System.Net.Security.SslStream"/> wants. Reading without room waits and holds nothing;
/// writing never waits: what the transport doesn't take is kept, and goes out as the peer reads.
/// </summary>
/// <param name="transport">What is underneath.</param>
/// <param name="first">What was read from it already, to be read before the rest.</param>
internal sealed class TransportStream(TransportConnection transport, ReadOnlyMemory<byte> first) : Stream
{
    /// <summary>A fatal alert (RFC 8446, section 6.2), outside of any encryption.</summary>
    private static readonly byte[] HandshakeFailure = [21, 3, 3, 0, 2, 2, 40];

    private readonly NonBlockingWriter _writer = new(transport);
    private ReadOnlyMemory<byte> _first = first;
    private ClientHelloFilter? _hello;
    private TlsHandshakeLimiter? _handshakes;
    private bool _hasPriority;
    private bool _holdsSlot;
    private volatile bool _isLost;

    /// <summary>What has come.</summary>
    public TlsInboundQuota Intake { get; } = new(first.Length);

    /// <summary>Whether the connection underneath is lost; the stream then reads as ended.</summary>
    public bool IsLost => _isLost || _writer.IsLost;

    /// <summary>Whether all that was written is with the transport.</summary>
    public bool IsFlushed => _writer.IsFlushed;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>From now on what follows a read is computed in one of the gate's places.</summary>
    public async Task AcquireAsync(TlsHandshakeLimiter handshakes, bool hasPriority, CancellationToken cancellationToken)
    {
        _hello = new ClientHelloFilter();
        _handshakes = handshakes;
        _hasPriority = hasPriority;
        await handshakes.AcquireAsync(hasPriority, cancellationToken).ConfigureAwait(false);
        _holdsSlot = true;
    }

    /// <summary>Gives the place back; what follows is no handshake.</summary>
    public void Release()
    {
        if (_holdsSlot)
            _handshakes!.Release(_hasPriority);
        _holdsSlot = false;
        _handshakes = null;
        _hello = null;
    }

    /// <summary>Waits until all that was written is with the transport.</summary>
    /// <returns><see langword="false"/> when the connection is lost.</returns>
    public Task<bool> WaitToFlushAsync(CancellationToken cancellationToken) => _writer.WaitToFlushAsync(cancellationToken);

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

        if (_handshakes is null && Intake.TakeTurn())
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

    /// <summary>Reads what is there.</summary>
    /// <exception cref="IOException">Nothing is: there is no way to wait for it here.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (!_first.IsEmpty)
            return Checked(buffer[..TakeFirst(buffer)]);
        if (!transport.TryRead(buffer, out int count))
            throw new IOException("Nothing has come yet.");
        return Checked(buffer[..Counted(count)]);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer) => _writer.Write(buffer);

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
        // What is kept goes out by itself.
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

    /// <summary>Looks at what the client says first. One that asks for what is dear is told that there is no agreement, and no more.</summary>
    /// <returns>How many bytes there are to read, 0 for no more.</returns>
    private int Checked(ReadOnlySpan<byte> bytes)
    {
        if (_hello is not { IsDone: false } hello || hello.Allows(bytes))
            return bytes.Length;
        Write(HandshakeFailure);
        _isLost = true;
        return 0;
    }

    /// <returns>As a stream says it: how many bytes there are to read, 0 for no more.</returns>
    private int Counted(int count)
    {
        _isLost |= count < 0;
        if (count <= 0 || IsLost)
            return 0;
        if (Intake.TryCount(count))
            return count;
        transport.SaidTooMuch = true;
        _isLost = true;
        return 0;
    }

    private ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _handshakes is { } handshakes
        ? WaitOutsideAsync(handshakes, cancellationToken)
        : Noted(transport.WaitToReadAsync(cancellationToken));

    private ValueTask<bool> Noted(ValueTask<bool> waiting)
    {
        if (waiting.IsCompletedSuccessfully && waiting.Result)
            return ValueTask.FromResult(true);
        Intake.Wait();
        return NoteAsync(waiting);

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        async ValueTask<bool> NoteAsync(ValueTask<bool> unfinished)
        {
            bool isThere = await unfinished.ConfigureAwait(false);
            _isLost |= !isThere;
            return isThere;
        }
    }

    private async ValueTask<bool> WaitOutsideAsync(TlsHandshakeLimiter handshakes, CancellationToken cancellationToken)
    {
        _holdsSlot = false;
        handshakes.Release(_hasPriority);
        bool isThere = await transport.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
        await handshakes.AcquireAsync(_hasPriority, cancellationToken).ConfigureAwait(false);
        _holdsSlot = true;
        _isLost |= !isThere;
        return isThere;
    }
}
