namespace ServerLib.Connections;

/// <summary>When bytes and messages of a client came last, in timestamps of the <see cref="TimeProvider"/>.</summary>
internal struct PeerActivity
{
    private long _lastReceived;
    private long _lastMessage;
    private long _pinged;
    private bool _hasReceived;

    /// <summary>When the last byte came.</summary>
    public long LastReceived => Volatile.Read(ref _lastReceived);

    /// <summary>When the last message came, or the login was completed.</summary>
    public long LastMessage => Volatile.Read(ref _lastMessage);

    /// <summary>Whether any byte has come.</summary>
    public readonly bool HasReceived => Volatile.Read(in _hasReceived);

    /// <summary>The connection begins.</summary>
    public void Start(long now) => _lastReceived = _lastMessage = now;

    public void MarkReceived(long now)
    {
        Volatile.Write(ref _lastReceived, now);
        _hasReceived = true;
    }

    /// <summary>Marks that what came last was a message, and not only a sign of life.</summary>
    public void MarkMessage() => Volatile.Write(ref _lastMessage, LastReceived);

    /// <summary>Marks that the client is not idle, because its handler works.</summary>
    public void MarkHandling(long now) => Volatile.Write(ref _lastMessage, now);

    /// <summary>Marks that the client is pinged.</summary>
    /// <returns><see langword="false"/> if it was pinged already since its last bytes came.</returns>
    public bool TryPing()
    {
        long received = LastReceived;
        bool isFirst = _pinged != received;
        _pinged = received;
        return isFirst;
    }
}
