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

    /// <summary>Whether any byte has come.</summary>
    public readonly bool HasReceived => Volatile.Read(in _hasReceived);

    /// <summary>The connection begins.</summary>
    public void Start(TimeProvider clock) => _lastReceived = _lastMessage = clock.GetTimestamp();

    /// <summary>The time since the last byte came.</summary>
    public TimeSpan SinceReceived(TimeProvider clock) => clock.GetElapsedTime(LastReceived);

    /// <summary>The time since the last message came, or the login was completed.</summary>
    public TimeSpan SinceMessage(TimeProvider clock) => clock.GetElapsedTime(Volatile.Read(ref _lastMessage));

    public void MarkReceived(TimeProvider clock)
    {
        Volatile.Write(ref _lastReceived, clock.GetTimestamp());
        _hasReceived = true;
    }

    /// <summary>Marks that what came last was a message, and not only a sign of life.</summary>
    public void MarkMessage() => Volatile.Write(ref _lastMessage, LastReceived);

    /// <summary>Marks that the client is not idle, because its handler works.</summary>
    public void MarkHandling(TimeProvider clock) => Volatile.Write(ref _lastMessage, clock.GetTimestamp());

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
