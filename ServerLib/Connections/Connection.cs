using System.Net;

namespace ServerLib;

/// <summary>A client's connection.</summary>
public sealed class Connection
{
    /// <summary>A number that no other connection of this process has.</summary>
    public long Id { get; }

    /// <summary>Where the client connects from.</summary>
    public EndPoint RemoteEndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 0);

    /// <summary>The client's name as registered; empty before it has logged in.</summary>
    public string Alias { get; } = "";

    /// <summary>When the connection was accepted.</summary>
    public DateTimeOffset ConnectedAt { get; }

    /// <summary>Ends the connection; the first reason stands.</summary>
    public void End(DisconnectReason reason) => throw new NotSupportedException();
}
