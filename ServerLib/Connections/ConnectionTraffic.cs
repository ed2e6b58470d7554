using ServerLib.Transport;

namespace ServerLib.Connections;

/// <summary>
/// How much one client sends, and whether it reads. The counters wrap around, so only differences are used. What all connections carry
/// together is in <see cref="Diagnostics.MessageCounters"/>.
/// </summary>
internal struct ConnectionTraffic
{
    private uint _messages;
    private uint _takenMessages;

    /// <summary>What the connection has done lately; <see langword="null"/> if it has done nothing.</summary>
    public ConnectionLoad? Load { get; private set; }

    /// <summary>Counts a message from the client. Only the code that reads from it calls this.</summary>
    public void CountMessage() => _messages++;

    /// <summary>Adds what was counted since the last time to the load. For one caller at a time.</summary>
    public void Measure(ConnectionLink link)
    {
        uint messages = Counter.Take(in _messages, ref _takenMessages);
        uint bytes = link.Input.TakeCount();
        int queuedBytes = link.Output.QueuedBytes;
        if (messages > 0 || queuedBytes > 0)
            Load ??= new ConnectionLoad();
        Load?.Add(messages, bytes, queuedBytes);
    }

    /// <summary>Begins another half of the time over which the load is measured.</summary>
    public void Rotate()
    {
        if (Load?.Rotate() == false)
            Load = null;
    }
}
