namespace ServerLib.Transport;

/// <summary>
/// What is on its way to one peer. With nothing waiting, a frame is written at once on the sender's thread; what the transport
/// doesn't take waits, up to a bound, and is written frame by frame as the peer reads.
/// </summary>
internal sealed class SendQueue(TransportConnection transport, int maxBytes)
{
    private readonly Lock _gate = new();
    private Queue<byte[]>? _waiting;
    private Task _draining = Task.CompletedTask;
    private int _queuedBytes;
    private int _written;
    private bool _isDraining;
    private bool _closed;

    /// <summary>Sends a frame, or queues it; never waits.</summary>
    /// <param name="frame">One whole frame; what is kept of it is copied.</param>
    /// <param name="overflow">Whether it was dropped because too much waits already. Nothing is sent after that.</param>
    public SendOutcome Send(ReadOnlySpan<byte> frame, out bool overflow)
    {
        overflow = false;
        lock (_gate)
        {
            if (_closed)
                return SendOutcome.Dropped;
            if (_queuedBytes == 0)
            {
                int taken = transport.TryWrite(frame);
                if (taken == frame.Length)
                    return SendOutcome.Sent;
                if (taken < 0)
                    return Close();
                frame = frame[taken..];
            }

            if (frame.Length > maxBytes - _queuedBytes)
            {
                overflow = true;
                return Close();
            }

            (_waiting ??= new Queue<byte[]>()).Enqueue(frame.ToArray());
            _queuedBytes += frame.Length;
            if (!_isDraining)
            {
                _isDraining = true;
                _draining = DrainAsync();
            }

            return SendOutcome.Queued;
        }
    }

    /// <summary>Waits until nothing waits, or the connection is lost.</summary>
    public Task FlushAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
            return _draining.WaitAsync(cancellationToken);
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

    /// <summary>Writes until the transport takes no more, a frame a call: a classic client needs it so.</summary>
    /// <returns>Whether something still waits.</returns>
    private bool WriteWaiting()
    {
        while (_waiting is not null && _waiting.TryPeek(out byte[]? frame))
        {
            int taken = transport.TryWrite(frame.AsSpan(_written));
            if (taken == 0)
                return true;
            if (taken < 0)
            {
                Close();
                return false;
            }

            _queuedBytes -= taken;
            _written += taken;
            if (_written == frame.Length)
            {
                _waiting.Dequeue();
                _written = 0;
            }
        }

        return false;
    }

    private SendOutcome Close()
    {
        _closed = true;
        _waiting = null;
        return SendOutcome.Dropped;
    }
}
