using System.Buffers;
using ServerLib.Diagnostics;
using ServerLib.Protocol;

namespace ServerLib.Transport;

/// <summary>
/// What is sent to one peer. If nothing is queued, it is written at once on the sender's thread. Bytes that the transport does not take are
/// queued, up to a limit, and written when the peer reads. It holds a buffer only while something is queued.
/// </summary>
/// <param name="transport">The transport.</param>
/// <param name="maxBytes">How many bytes may be queued.</param>
/// <param name="traffic">Counts the bytes that the transport takes. Default nobody.</param>
internal sealed class SendQueue(TransportConnection transport, int maxBytes, MessageCounters? traffic = null) : IFrameSink
{
    private const int FirstSize = 512;
    private const int MaxGathered = 16 * 1024;

    private readonly Lock _gate = new();
    private byte[]? _buffer;
    private int _start;
    private int _end;
    private Queue<int>? _frameSizes;
    private int _takenOfFirst;
    private Task _draining = Task.CompletedTask;
    private bool _isDraining;
    private bool _isGathering;
    private volatile bool _closed;

    /// <summary>Whether a frame was dropped because the queue was full. Nothing is sent after that.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>Whether nothing more can be sent: the connection is lost, or the queue was full.</summary>
    public bool IsClosed => _closed;

    /// <summary>Whether the transport has taken everything.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
                return _start == _end;
        }
    }

    /// <summary>How many bytes wait for the peer to read.</summary>
    public int QueuedBytes => Math.Max(0, Volatile.Read(ref _end) - Volatile.Read(ref _start));

    /// <summary>From now on writes one queued frame per call, because existing classic clients need this.</summary>
    public void KeepFrames() => _frameSizes = new Queue<int>();

    /// <summary>Sends a frame or queues it. Never waits. An open <see cref="WriteBatch"/> gathers it.</summary>
    public SendOutcome Write(ReadOnlySpan<byte> frame) => Write(frame, default, WriteBatch.Current);

    /// <summary>The same for a frame in two parts.</summary>
    public SendOutcome Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body) => Write(head, body, WriteBatch.Current);

    /// <summary>Sends bytes or queues them. Never waits, and gathers nothing.</summary>
    public SendOutcome WriteNow(ReadOnlySpan<byte> bytes) => Write(bytes, default, null);

    /// <summary>Writes the frames that a batch has gathered.</summary>
    public void WriteGathered()
    {
        lock (_gate)
        {
            _isGathering = false;
            if (!_isDraining && !_closed)
                WriteOrDrain();
        }
    }

    /// <summary>Waits until nothing is queued. Writes first what a batch has gathered.</summary>
    /// <returns>Whether everything was written; <see langword="false"/> if the connection is lost.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public async ValueTask<bool> FlushAsync(CancellationToken cancellationToken)
    {
        Task draining;
        lock (_gate)
        {
            if (_isGathering && !_isDraining && !_closed)
                WriteOrDrain();
            draining = _draining;
        }

        await draining.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_gate)
            return !_closed;
    }

    private SendOutcome Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, WriteBatch? batch)
    {
        lock (_gate)
        {
            if (_closed)
                return SendOutcome.Dropped;
            if (_start == _end && batch is null && body.IsEmpty)
            {
                int taken = TryWrite(head);
                if (taken < 0)
                    return Close();
                if (taken == head.Length)
                    return SendOutcome.Sent;
                head = head[taken..];
            }

            // Frames that were only gathered do not count against a slow reader.
            if (!Fits((long)head.Length + body.Length) && !_isDraining)
                WriteWaiting();
            if (_closed || !TryAppend(head, body))
                return Close();
            if (_isDraining)
                return SendOutcome.Queued;
            if (batch is null || _end - _start >= MaxGathered)
                return WriteOrDrain();
            if (!_isGathering)
                batch.Add(this);
            _isGathering = true;
            return SendOutcome.Queued;
        }
    }

    private int TryWrite(ReadOnlySpan<byte> bytes)
    {
        int taken = transport.TryWrite(bytes);
        if (taken > 0)
            traffic?.CountSent(taken);
        return taken;
    }

    private async Task DrainAsync()
    {
        while (await transport.WaitToWriteAsync(CancellationToken.None).ConfigureAwait(false))
        {
            lock (_gate)
            {
                _isDraining = WriteWaiting();
                if (!_isDraining)
                    return;
            }
        }

        lock (_gate)
            Close();
    }

    private SendOutcome WriteOrDrain()
    {
        if (WriteWaiting())
        {
            _isDraining = true;
            _draining = DrainAsync();
            return SendOutcome.Queued;
        }

        return _closed ? SendOutcome.Dropped : SendOutcome.Sent;
    }

    /// <summary>Writes until the transport takes no more.</summary>
    /// <returns>Whether something is still queued.</returns>
    private bool WriteWaiting()
    {
        while (_start < _end)
        {
            int size = _frameSizes is { Count: > 0 } sizes ? sizes.Peek() - _takenOfFirst : _end - _start;
            int taken = TryWrite(_buffer.AsSpan(_start, size));
            if (taken == 0)
                return true;
            if (taken < 0)
            {
                Close();
                return false;
            }

            CountTaken(taken);
        }

        ReleaseBuffer();
        return false;
    }

    private bool TryAppend(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        if (!Fits((long)head.Length + body.Length))
        {
            Overflowed = true;
            return false;
        }

        int size = head.Length + body.Length;
        if (_buffer is null || size > _buffer.Length - _end)
            MakeRoom(_end - _start + size);
        head.CopyTo(_buffer.AsSpan(_end));
        body.CopyTo(_buffer.AsSpan(_end + head.Length));
        _end += size;
        _frameSizes?.Enqueue(size);
        return true;
    }

    /// <summary>
    /// Whether a frame may be queued. A single frame always may, because one over the limit could never be sent otherwise.
    /// </summary>
    private bool Fits(long size) => size <= (_start == _end ? Array.MaxLength : maxBytes - (_end - _start));

    private void MakeRoom(int size)
    {
        byte[] target = _buffer is not null && size <= _buffer.Length
            ? _buffer
            : ArrayPool<byte>.Shared.Rent(Math.Max(size, _buffer is null ? FirstSize : _buffer.Length * 2));
        _buffer.AsSpan(_start.._end).CopyTo(target);
        (_start, _end) = (0, _end - _start);
        if (target != _buffer && _buffer is not null)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = target;
    }

    private void CountTaken(int taken)
    {
        _start += taken;
        if (_frameSizes is not { Count: > 0 } sizes)
            return;
        _takenOfFirst += taken;
        if (_takenOfFirst == sizes.Peek())
        {
            sizes.Dequeue();
            _takenOfFirst = 0;
        }
    }

    private SendOutcome Close()
    {
        _closed = true;
        ReleaseBuffer();
        return SendOutcome.Dropped;
    }

    private void ReleaseBuffer()
    {
        if (_buffer is not null)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
        _start = _end = 0;
    }
}
