using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>The newest ticket that the server has issued, with which the client logs in again. It is kept in memory only.</summary>
internal sealed class HeldTicket(TimeProvider time)
{
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private string? _ticket;
    private string _server = "";
    private long _receivedAt;
    private TimeSpan _lifetime;

    /// <summary>Keeps a ticket instead of the earlier one. Ignores what is not a ticket.</summary>
    /// <param name="ticket">The ticket.</param>
    /// <param name="seconds">How long it can be used.</param>
    /// <param name="server">The identity of the server that has issued it.</param>
    public void Keep(string? ticket, long? seconds, string server)
    {
        if (ticket is null or { Length: 0 or > CompactControl.MaxTicket } || seconds is null or <= 0)
            return;
        lock (_lock)
        {
            (_ticket, _server, _receivedAt) = (ticket, server, time.GetTimestamp());
            _lifetime = TimeSpan.FromSeconds(Math.Min(seconds.Value, MaxLifetime.TotalSeconds));
        }
    }

    /// <summary>The ticket for a server.</summary>
    /// <returns><see langword="null"/> if there is none, it has expired, or another server has issued it.</returns>
    public string? For(string server)
    {
        lock (_lock)
            return _server == server && time.GetElapsedTime(_receivedAt) < _lifetime ? _ticket : null;
    }

    /// <summary>Discards the ticket, because it is not valid any more.</summary>
    public void Discard()
    {
        lock (_lock)
            _ticket = null;
    }
}
