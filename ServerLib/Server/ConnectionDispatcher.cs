using ServerLib.Diagnostics;
using ServerLib.RateLimiting;
using ServerLib.Transport;

namespace ServerLib.Server;

/// <summary>Starts the life of each admitted connection. Refused connections are closed unread, so that a flood costs little.</summary>
/// <param name="admission">Decides which connections are admitted.</param>
/// <param name="registry">Holds the admitted connections.</param>
/// <param name="runner">Runs them.</param>
/// <param name="events">The server's events.</param>
/// <param name="create">Creates the connection of an open transport.</param>
internal sealed class ConnectionDispatcher(
    ConnectionAdmission admission,
    ConnectionRegistry registry,
    ConnectionRunner runner,
    ServerEvents events,
    Func<TransportConnection, ConnectionLease, Connection> create)
{
    /// <summary>Takes a transport that has been accepted, and owns it from then on. Returns at once.</summary>
    public void Dispatch(TransportConnection transport)
    {
        if (!admission.TryAdmit(transport.RemoteEndPoint, out ConnectionLease? lease, out DisconnectReason refusal))
        {
            events.ConnectionRefused(refusal, transport.RemoteEndPoint);
            _ = transport.DisposeAsync().AsTask();
            return;
        }

        if (!TryOpen(transport, lease))
            return;
        Connection client = create(transport, lease);
        events.ConnectionAccepted();
        registry.Add(client);

        // A ban ends registered connections. A ban that came before that, and after the admission, is found here.
        admission.EndIfBanned(client);
        ThreadPool.UnsafeQueueUserWorkItem(
            static life => _ = life.Runner.RunAsync(life.Client, life.Lease), (Runner: runner, Client: client, Lease: lease), preferLocal: false);
    }

    /// <summary>Opens an admitted transport. If that fails, closes it and returns its slots.</summary>
    private static bool TryOpen(TransportConnection transport, ConnectionLease lease)
    {
        bool isOpen = false;
        try
        {
            return isOpen = transport.TryOpen();
        }
        finally
        {
            if (!isOpen)
            {
                lease.Dispose();
                _ = transport.DisposeAsync().AsTask();
            }
        }
    }
}
