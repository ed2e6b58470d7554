using ServerLib.Transport;

namespace ServerLib.Connections;

/// <summary>How much a connection has carried. The counters wrap around, so only differences are used.</summary>
internal struct ConnectionTraffic
{
    private uint _messages;
    private uint _takenMessages;

    /// <summary>What the connection has done lately; <see langword="null"/> if it has done nothing.</summary>
    public ConnectionLoad? Load { get; private set; }

    /// <summary>Counts a message from the client. Only the code that reads from it calls this.</summary>
    public void CountMessage() => _messages++;

    /// <summary>Takes what was added since the last time. For one caller at a time.</summary>
    public TrafficDelta Take(ConnectionLink link)
    {
        var delta = new TrafficDelta(
            Counter.Take(in _messages, ref _takenMessages),
            link.Input.TakeCount(),
            link.Output.TakeFrameCount(),
            link.Output.TakeByteCount());
        int queuedBytes = link.Output.QueuedBytes;
        if (delta.MessagesReceived > 0 || queuedBytes > 0)
            Load ??= new ConnectionLoad();
        Load?.Add(delta, queuedBytes);
        return delta;
    }

    /// <summary>Begins another half of the time over which the load is measured.</summary>
    public void Rotate()
    {
        if (Load?.Rotate() == false)
            Load = null;
    }
}
