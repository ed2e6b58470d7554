using System.Diagnostics.CodeAnalysis;
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
        if (TryStart(transport, out Connection? client, out ConnectionLease? lease))
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                static life => _ = life.Runner.RunAsync(life.Client, life.Lease), (Runner: runner, Client: client, Lease: lease), preferLocal: false);
        }
    }

    /// <summary>Takes a transport and owns it from then on. Completes when the connection has ended, or was refused.</summary>
    public Task RunAsync(TransportConnection transport) =>
        TryStart(transport, out Connection? client, out ConnectionLease? lease) ? runner.RunAsync(client, lease) : Task.CompletedTask;

    private bool TryStart(
        TransportConnection transport, [NotNullWhen(true)] out Connection? client, [NotNullWhen(true)] out ConnectionLease? lease)
    {
        client = null;
        if (!admission.TryAdmit(transport.RemoteEndPoint, out lease, out DisconnectReason refusal))
        {
            events.ConnectionRefused(refusal, transport.RemoteEndPoint);
            _ = transport.DisposeAsync().AsTask();
            return false;
        }

        if (!TryOpen(transport, lease))
            return false;
        client = create(transport, lease);
        events.ConnectionAccepted();
        registry.Add(client);

        // A ban ends registered connections. A ban that came before that, and after the admission, is found here.
        admission.EndIfBanned(client);
        return true;
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
