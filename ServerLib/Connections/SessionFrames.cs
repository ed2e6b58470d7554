using ServerLib.Protocol;
using ServerLib.Transport;

namespace ServerLib.Connections;

/// <summary>
/// The frames of a session that can be resumed: counts those that come, and keeps those that are sent until the client acknowledges them.
/// Thread-safe.
/// </summary>
/// <param name="output">The queue of the session's first link.</param>
/// <param name="maxRetained">How many bytes are kept for the client. If it is more, the session cannot be resumed any more.</param>
/// <param name="charge">Called with how many bytes more are kept while there is no link.</param>
internal sealed class SessionFrames(SendQueue output, int maxRetained, Action<int> charge)
{
    private const int AckAfterBytes = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly RetainedFrames _retained = new();
    private SendQueue? _output = output;
    private long _received;
    private long _acknowledged;
    private int _unacknowledgedBytes;
    private int _charged;
    private bool _isAcknowledging;
    private bool _isGivenUp;

    /// <summary>Whether nothing was lost, and the client acknowledges what it gets.</summary>
    public bool IsResumable
    {
        get
        {
            lock (_gate)
                return _isAcknowledging && !_isGivenUp;
        }
    }

    /// <summary>Whether there is no link.</summary>
    public bool IsDetached
    {
        get
        {
            lock (_gate)
                return _output is null;
        }
    }

    /// <summary>Sends a frame, or several whole ones. If the link is lost, they are kept until there is another one.</summary>
    public SendOutcome Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        bool isCounted = CompactFrame.IsCounted((FrameType)head[sizeof(uint)]);
        lock (_gate)
        {
            bool isKept = isCounted && TryRetain(head, body);
            SendOutcome outcome = _output?.Write(head, body) ?? SendOutcome.Dropped;
            return outcome == SendOutcome.Dropped && isKept && _isAcknowledging && _output is not { Overflowed: true }
                ? SendOutcome.Queued
                : outcome;
        }
    }

    /// <summary>Waits until nothing is queued, unless there is no link: then it is kept.</summary>
    /// <returns>Whether the client gets it, provided that it resumes the session.</returns>
    public async ValueTask<bool> FlushAsync(CancellationToken cancellationToken)
    {
        SendQueue? queue;
        lock (_gate)
            queue = _output;
        return (queue is not null && await queue.FlushAsync(cancellationToken).ConfigureAwait(false)) || IsResumable;
    }

    /// <summary>Takes an ACK of the client.</summary>
    /// <returns><see langword="false"/> if it acknowledges what it was not sent.</returns>
    public bool TryTakeAck(ReadOnlySpan<byte> payload)
    {
        if (!CompactFrame.TryReadAck(payload, out long count))
            return false;
        lock (_gate)
        {
            _isAcknowledging = true;

            // While a handler works, an ACK is read ahead, and again later.
            return _isGivenUp || count < _retained.Acknowledged || _retained.TryAcknowledge(count);
        }
    }

    /// <summary>Counts a frame that is handed on. A PING is answered with an ACK, too.</summary>
    public void CountReceived(FrameType type, int size)
    {
        if (type == FrameType.Ping)
            Acknowledge();
        if (!CompactFrame.IsCounted(type))
            return;
        lock (_gate)
        {
            _received++;
            _unacknowledgedBytes += size;
            if (_unacknowledgedBytes >= AckAfterBytes)
                WriteAck();
        }
    }

    /// <summary>Acknowledges what was handed on since the last ACK.</summary>
    public void Acknowledge()
    {
        lock (_gate)
        {
            if (_received != _acknowledged)
                WriteAck();
        }
    }

    /// <summary>Sends the first ACK: from now on both sides count.</summary>
    public void Begin()
    {
        lock (_gate)
            WriteAck();
    }

    /// <summary>Whether a client that has received this many frames can be sent the rest.</summary>
    public bool CanContinueAfter(long received)
    {
        lock (_gate)
            return IsResumable && received >= _retained.Acknowledged && received <= _retained.Sent;
    }

    /// <summary>From now on there is no link.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Detach()
    {
        lock (_gate)
        {
            bool wasAttached = _output is not null;
            _output = null;
            ChargeChange();
            return wasAttached;
        }
    }

    /// <summary>Continues on another link: tells the client what has come, and sends it again what it lacks.</summary>
    /// <param name="queue">The queue of the link.</param>
    /// <param name="received">The number of frames that the client has received.</param>
    /// <returns><see langword="false"/> if that is not possible.</returns>
    public bool TryAttach(SendQueue queue, long received)
    {
        lock (_gate)
        {
            if (_isGivenUp || !_retained.TryAcknowledge(received))
                return false;
            _output = queue;
            _acknowledged = _received;
            _unacknowledgedBytes = 0;
            ChargeChange();
            byte[] resumed = CompactFrameWriter.EncodeControl(
                FrameType.Resumed, new CompactControl.Resumed(_received), CompactJson.Default.Resumed);
            queue.Write(resumed, _retained.Unacknowledged);
            return true;
        }
    }

    /// <summary>Keeps nothing any more.</summary>
    public void GiveUp()
    {
        lock (_gate)
        {
            _isGivenUp = true;
            _retained.Clear();
            ChargeChange();
        }
    }

    private bool TryRetain(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        if (_isGivenUp)
            return false;
        _retained.Add(head, body);
        if (_retained.Size > maxRetained)
            GiveUp();
        ChargeChange();
        return !_isGivenUp;
    }

    private void ChargeChange()
    {
        int kept = _output is null ? _retained.Size : 0;
        charge(kept - _charged);
        _charged = kept;
    }

    private void WriteAck()
    {
        _acknowledged = _received;
        _unacknowledgedBytes = 0;
        Span<byte> frame = stackalloc byte[CompactFrame.AckSize];
        CompactFrame.WriteAck(frame, _received);
        _output?.Write(frame);
    }
}
