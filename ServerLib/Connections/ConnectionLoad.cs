namespace ServerLib.Connections;

/// <summary>What a client has sent lately, and since when it reads too slowly. Clients that do nothing have none.</summary>
internal sealed class ConnectionLoad
{
    private long _messages;
    private long _bytes;
    private long _messagesBefore;
    private long _bytesBefore;

    public long Messages => _messages + _messagesBefore;

    public long Bytes => _bytes + _bytesBefore;

    /// <summary>How many bytes waited for the client at the last sample.</summary>
    public int QueuedBytes { get; private set; }

    /// <summary>Since when something waits for the client to read, as a timestamp; <see langword="null"/> if nothing does.</summary>
    public long? QueuedSince { get; private set; }

    public void Add(uint messages, uint bytes, int queuedBytes)
    {
        QueuedBytes = queuedBytes;
        _messages += messages;
        _bytes += bytes;
    }

    /// <summary>Notes the time at which it was looked at.</summary>
    public void MarkQueued(long now) => QueuedSince = QueuedBytes > 0 ? QueuedSince ?? now : null;

    /// <summary>Forgets the older half.</summary>
    /// <returns>Whether there is anything left.</returns>
    public bool Rotate()
    {
        (_messagesBefore, _bytesBefore) = (_messages, _bytes);
        (_messages, _bytes) = (0, 0);
        return _messagesBefore > 0 || QueuedSince is not null;
    }
}
