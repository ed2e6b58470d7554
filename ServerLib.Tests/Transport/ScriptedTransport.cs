using System.Net;
using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

/// <summary>A transport in memory: gives what it is fed, one chunk a read, and keeps each write for itself.</summary>
internal sealed class ScriptedTransport : TransportConnection
{
    private readonly Lock _gate = new();
    private readonly Queue<ReadOnlyMemory<byte>> _chunks = new();
    private readonly ReadinessSource _readable = new();
    private TaskCompletionSource<bool>? _writer;
    private readonly TaskCompletionSource _isRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (int Writes, TaskCompletionSource Reached)? _awaited;
    private bool _completed;
    private bool _lost;

    public override EndPoint RemoteEndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 7);

    /// <summary>How many bytes are taken before the peer has to read.</summary>
    public int Room { get; set; } = int.MaxValue;

    /// <summary>Whether <see cref="Written"/> keeps what is written; without it nothing is allocated here.</summary>
    public bool Keeps { get; set; } = true;

    /// <summary>Whether the system has given up on the peer.</summary>
    public bool HasTimedOut { get; set; }

    /// <summary>How long ago the peer's system has acknowledged something.</summary>
    public TimeSpan? LastAck { get; set; }

    public override TimeSpan? SinceLastAck => LastAck;

    /// <summary>How many probes in a row the peer's system has not acknowledged.</summary>
    public int Lost { get; set; }

    public override int Unacknowledged => Lost;

    /// <summary>Is called before each write.</summary>
    public Action? OnWrite { get; set; }

    /// <summary>How often something was taken.</summary>
    public int Writes { get; set; }

    /// <summary>What was taken, write by write.</summary>
    public List<byte[]> Written { get; } = [];

    /// <summary>How many chunks are not read yet.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
                return _chunks.Count;
        }
    }

    public byte[] AllWritten => [.. Written.SelectMany(bytes => bytes)];

    public void Feed(params ReadOnlySpan<ReadOnlyMemory<byte>> chunks)
    {
        lock (_gate)
        {
            foreach (ReadOnlyMemory<byte> chunk in chunks)
                _chunks.Enqueue(chunk);
        }

        _readable.Set(ContinuationTarget.Loop);
    }

    /// <summary>Waits until <see cref="Writes"/> has reached a number.</summary>
    public Task WhenWrittenAsync(int writes)
    {
        lock (_gate)
        {
            if (Writes >= writes)
                return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited = (writes, reached);
            return reached.Task.WaitAsync(Guard.NewToken());
        }
    }

    /// <summary>Waits until a reader has found nothing to read, and waits for more.</summary>
    public Task WhenAwaitedAsync() => _isRead.Task.WaitAsync(Guard.NewToken());

    /// <summary>The peer has closed its side: after what it was fed comes the end.</summary>
    public void Complete()
    {
        lock (_gate)
            _completed = true;

        _readable.Set(ContinuationTarget.Loop);
    }

    /// <summary>The peer reads: so many more bytes are taken.</summary>
    public void Free(int bytes)
    {
        lock (_gate)
        {
            Room += bytes;
            Interlocked.Exchange(ref _writer, null)?.TrySetResult(true);
        }
    }

    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_lost || _completed || _chunks.Count > 0)
                return new(!_lost);
            _readable.Clear();
        }

        ValueTask<bool> waiting = _readable.WaitAsync(cancellationToken);
        _isRead.TrySetResult();
        return waiting;
    }

    public override bool TryRead(Span<byte> buffer, out int count)
    {
        lock (_gate)
        {
            count = _lost ? -1 : 0;
            if (_lost || !_chunks.TryDequeue(out ReadOnlyMemory<byte> chunk))
                return _lost || _completed;
            count = Math.Min(chunk.Length, buffer.Length);
            chunk.Span[..count].CopyTo(buffer);
            if (count < chunk.Length)
                PutBack(chunk[count..]);
            return count > 0;
        }
    }

    public override int TryWrite(ReadOnlySpan<byte> bytes)
    {
        OnWrite?.Invoke();
        lock (_gate)
        {
            if (_lost)
                return -1;
            int taken = Math.Min(Room, bytes.Length);
            if (taken == 0)
                return 0;
            if (Room != int.MaxValue)
                Room -= taken;
            Writes++;
            if (Keeps)
                Written.Add(bytes[..taken].ToArray());
            if (_awaited is { } awaited && Writes >= awaited.Writes)
                awaited.Reached.TrySetResult();
            return taken;
        }
    }

    public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_lost || Room > 0)
                return new(!_lost);
            _writer ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            return new(_writer.Task.WaitAsync(cancellationToken));
        }
    }

    public override ValueTask<bool> HasTimedOutAsync() => ValueTask.FromResult(HasTimedOut);

    /// <summary>How often others were given their turn.</summary>
    public int Yields { get; private set; }

    /// <summary>Nobody else waits for a turn.</summary>
    public override ValueTask YieldAsync()
    {
        Yields++;
        return default;
    }

    public override void CompleteWriting()
    {
        // Tests that read Written need no end.
    }

    public override ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _lost = true;
            Interlocked.Exchange(ref _writer, null)?.TrySetResult(false);
        }

        _readable.Abort();
        return ValueTask.CompletedTask;
    }

    private void PutBack(ReadOnlyMemory<byte> rest)
    {
        ReadOnlyMemory<byte>[] others = [.. _chunks];
        _chunks.Clear();
        _chunks.Enqueue(rest);
        foreach (ReadOnlyMemory<byte> other in others)
            _chunks.Enqueue(other);
    }
}
