namespace ServerLib.Connections;

/// <summary>What the server knows of the tickets that a connection is issued, to issue the next one.</summary>
/// <param name="stamp">The account's security stamp.</param>
/// <param name="lastLogin">When the user last logged in by password or key, in milliseconds since 1970, UTC.</param>
internal sealed class ConnectionTicket(Guid stamp, long lastLogin)
{
    private long _renewAt = long.MaxValue;

    /// <summary>The account's security stamp when the last ticket was issued.</summary>
    public Guid Stamp { get; set; } = stamp;

    public long LastLogin => lastLogin;

    /// <summary>When the next ticket is due, as a timestamp of the <see cref="TimeProvider"/>.</summary>
    public long RenewAt
    {
        get => Volatile.Read(ref _renewAt);
        set => Volatile.Write(ref _renewAt, value);
    }

    /// <summary>Makes the next ticket due at once, because the account may have another stamp now.</summary>
    public void RenewNow() => RenewAt = long.MinValue;
}
