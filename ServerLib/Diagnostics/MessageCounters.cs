namespace ServerLib.Diagnostics;

/// <summary>Counts the messages and bytes of one server's connections. Thread-safe; counting allocates nothing.</summary>
internal sealed class MessageCounters
{
    private const int Received = 0;
    private const int ReceivedBytes = 1;
    private const int Sent = 2;
    private const int SentBytes = 3;
    private const int Dropped = 4;

    private readonly StripedCounter _counters = new();

    /// <summary>Messages from clients.</summary>
    public long MessagesReceived => _counters.Read(Received);

    /// <summary>Bytes in the bodies of messages from clients.</summary>
    public long BytesReceived => _counters.Read(ReceivedBytes);

    /// <summary>Messages and answers that were sent, or queued, to clients.</summary>
    public long MessagesSent => _counters.Read(Sent);

    /// <summary>Bytes that the operating system or TLS has taken.</summary>
    public long BytesSent => _counters.Read(SentBytes);

    /// <summary>Messages that did not reach their client's queue.</summary>
    public long MessagesDropped => _counters.Read(Dropped);

    /// <summary>Counts messages from a client.</summary>
    public void CountReceived(int messages, int bytes)
    {
        _counters.Add(Received, messages);
        _counters.Add(ReceivedBytes, bytes);
    }

    /// <summary>Counts a message to a client.</summary>
    /// <param name="isDropped">Whether it was not sent.</param>
    public void CountMessage(bool isDropped) => _counters.Add(isDropped ? Dropped : Sent, 1);

    /// <summary>Counts bytes to a client.</summary>
    public void CountSent(int bytes) => _counters.Add(SentBytes, bytes);
}
