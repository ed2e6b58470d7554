using System.Buffers;
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
    /// <summary>
    /// How many bytes the peer may send before it is logged in. Keys and certificates are the most of what it has to: OpenSSL takes a chain
    /// of 100 KiB, a login by the largest key takes 3 KiB.
    /// </summary>
    public const int MaxBeforeLogin = 256 * 1024;

    /// <summary>
    /// How many bytes are read without waiting before others have their turn. <see cref="System.Net.Security.SslStream"/> doesn't return
    /// before there is something for its reader, and a record that changes the keys (KeyUpdate, RFC 8446 section 4.6.3) is 27 bytes that
    /// cost as much as some KiB of text.
    /// </summary>
    public const int MaxInARow = 32 * 1024;

    /// <summary>
    /// How many bytes may come, once the peer is logged in, of which there is nothing for the reader. A record is 16 KiB, and some of the
    /// next ones may have come with it.
    /// </summary>
    public const int MaxWithoutText = 64 * 1024;

    /// <summary>
    /// How many may wait for a peer that reads nothing; what was written at once may be more. The text ends at that, but each KeyUpdate is
    /// answered.
    /// </summary>
    public const int MaxKept = 64 * 1024;

    /// <summary>What may have come before its text is read.</summary>
    private const int MaxAhead = 32 * 1024;

    private readonly Lock _gate = new();
    private ReadOnlyMemory<byte> _first = first;
    private byte[]? _kept;
    private int _start;
    private int _end;
    private Task<bool> _flushing = Task.FromResult(true);
    private CryptographyGate? _handshakes;
    private bool _isInGate;
    private volatile bool _isLost;
    private volatile bool _isLoggedIn;
    private int _withoutText = first.Length;
    private int _overhead;
    private int _inARow;

    /// <summary>Whether the connection underneath is lost; the stream then reads as ended.</summary>
    public bool IsLost => _isLost;

    /// <summary>Whether all that was written is with the transport.</summary>
    public bool IsFlushed => Volatile.Read(ref _flushing).IsCompleted;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>From now on what follows a read is computed in one of the gate's places.</summary>
    public async Task EnterAsync(CryptographyGate handshakes, CancellationToken cancellationToken)
    {
        _handshakes = handshakes;
        await handshakes.EnterAsync(cancellationToken).ConfigureAwait(false);
        _isInGate = true;
    }

    /// <summary>Gives the place back; what follows is no handshake.</summary>
    public void Leave()
    {
        if (_isInGate)
            _handshakes!.Leave();
        _isInGate = false;
        _handshakes = null;
    }

    /// <summary>The peer has logged in: its text is no longer limited.</summary>
    public void EndLogin()
    {
        _isLoggedIn = true;
        _withoutText = _overhead = 0;
    }

    /// <summary>So many bytes of text were read.</summary>
    public void CountText(int count)
    {
        _overhead -= count;
        if (_isLoggedIn)
            _withoutText = 0;
    }

    /// <summary>How many whole KiB have come since this was last asked that were no text, but records' ends and messages of TLS itself.</summary>
    public int TakeOverhead()
    {
        int taken = Math.Max(0, _overhead - MaxAhead) / 1024;
        _overhead -= taken * 1024;
        return taken;
    }

    /// <summary>Waits until all that was written is with the transport.</summary>
    /// <returns><see langword="false"/> when the connection is lost.</returns>
    public Task<bool> WaitToFlushAsync(CancellationToken cancellationToken) => Volatile.Read(ref _flushing).WaitAsync(cancellationToken);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_first.IsEmpty)
            return TakeFirst(buffer.Span);
        if (buffer.IsEmpty)
        {
            await WaitAsync(cancellationToken).ConfigureAwait(false);
            return 0;
        }

        if (_inARow >= MaxInARow && _handshakes is null)
        {
            _inARow = 0;
            await transport.YieldAsync().ConfigureAwait(false);
        }

        int count;
        while (!transport.TryRead(buffer.Span, out count))
        {
            if (!await WaitAsync(cancellationToken).ConfigureAwait(false))
                return 0;
        }

        return Counted(count);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Reads what is there.</summary>
    /// <exception cref="IOException">Nothing is: there is no way to wait for it here.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (!_first.IsEmpty)
            return TakeFirst(buffer);
        if (!transport.TryRead(buffer, out int count))
            throw new IOException("Nothing has come yet.");
        return Counted(count);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_gate)
        {
            if (_isLost)
                return;
            if (_kept is null)
            {
                int taken = transport.TryWrite(buffer);
                if (taken == buffer.Length)
                    return;
                if (taken < 0)
                {
                    Lose();
                    return;
                }

                buffer = buffer[taken..];
            }

            if (_end - _start > 0 && _end - _start + buffer.Length > MaxKept)
            {
                Lose();
                return;
            }

            bool isFirst = _kept is null;
            Keep(buffer);
            if (isFirst)
                _flushing = SendKeptAsync();
        }
    }

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

    /// <returns>As a stream says it: how many bytes there are to read, 0 for no more.</returns>
    private int Counted(int count)
    {
        _isLost |= count < 0;
        if (count <= 0 || _isLost)
            return 0;
        _inARow += count;
        _overhead += count;
        if ((_withoutText += count) <= (_isLoggedIn ? MaxWithoutText : MaxBeforeLogin))
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
        _inARow = 0;
        return NoteAsync(waiting);

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        async ValueTask<bool> NoteAsync(ValueTask<bool> unfinished)
        {
            bool isThere = await unfinished.ConfigureAwait(false);
            _isLost |= !isThere;
            return isThere;
        }
    }

    private async ValueTask<bool> WaitOutsideAsync(CryptographyGate handshakes, CancellationToken cancellationToken)
    {
        _isInGate = false;
        handshakes.Leave();
        bool isThere = await transport.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
        await handshakes.EnterAsync(cancellationToken).ConfigureAwait(false);
        _isInGate = true;
        _isLost |= !isThere;
        return isThere;
    }

    private async Task<bool> SendKeptAsync()
    {
        while (await transport.WaitToWriteAsync(CancellationToken.None).ConfigureAwait(false))
        {
            lock (_gate)
            {
                int taken = transport.TryWrite(_kept.AsSpan(_start.._end));
                if (taken < 0)
                    break;
                _start += taken;
                if (_start == _end)
                {
                    Release();
                    return true;
                }
            }
        }

        lock (_gate)
            Lose();
        return false;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_kept is null || bytes.Length > _kept.Length - _end)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(_end - _start + bytes.Length);
            _kept.AsSpan(_start.._end).CopyTo(larger);
            int length = _end - _start;
            Release();
            (_kept, _end) = (larger, length);
        }

        bytes.CopyTo(_kept.AsSpan(_end));
        _end += bytes.Length;
    }

    private void Lose()
    {
        _isLost = true;
        Release();
    }

    private void Release()
    {
        if (_kept is not null)
            ArrayPool<byte>.Shared.Return(_kept);
        _kept = null;
        _start = _end = 0;
    }
}
