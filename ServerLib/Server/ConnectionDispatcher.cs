using System.Diagnostics.CodeAnalysis;
using ServerLib.Connections;
using ServerLib.Diagnostics;
using ServerLib.RateLimiting;
using ServerLib.Transport;

namespace ServerLib.Server;

/// <summary>Starts the life of each admitted connection.</summary>
/// <param name="admission">Decides which connections are admitted.</param>
/// <param name="registry">Holds the admitted connections.</param>
/// <param name="runner">Runs them.</param>
/// <param name="refusals">Closes the others.</param>
/// <param name="events">The server's events.</param>
/// <param name="create">Creates the connection of an open transport.</param>
internal sealed class ConnectionDispatcher(
    ConnectionAdmission admission,
    ConnectionRegistry registry,
    ConnectionRunner runner,
    RefusalNotices refusals,
    ServerEvents events,
    Func<TransportConnection, ConnectionLease, EndpointRules, Connection> create)
{
    /// <summary>Takes a transport that has been accepted, and owns it from then on. Returns at once.</summary>
    public void Dispatch(TransportConnection transport, EndpointRules rules)
    {
        if (TryAdmit(transport, rules, out Connection? client, out ConnectionLease? lease, out _))
            TryOpen(transport, client, lease, new FirstRun(runner, client, lease));
    }

    /// <summary>Takes a transport and owns it from then on. Completes when the connection has ended, or was refused.</summary>
    public Task RunAsync(TransportConnection transport, EndpointRules rules)
    {
        if (!TryAdmit(transport, rules, out Connection? client, out ConnectionLease? lease, out Task? refusing))
            return refusing;
        return TryOpen(transport, client, lease) ? runner.RunAsync(client, lease) : Task.CompletedTask;
    }

    private bool TryAdmit(
        TransportConnection transport,
        EndpointRules rules,
        [NotNullWhen(true)] out Connection? client,
        [NotNullWhen(true)] out ConnectionLease? lease,
        [NotNullWhen(false)] out Task? refusing)
    {
        client = null;
        refusing = null;
        if (!admission.TryAdmit(transport.RemoteEndPoint, out lease, out DisconnectReason refusal))
        {
            events.ConnectionRefused(refusal, transport.RemoteEndPoint);
            refusing = refusals.RefuseAsync(transport, refusal);
            return false;
        }

        client = create(transport, lease, rules);
        registry.Add(client);

        // A ban ends registered connections. A ban that came before that, and after the admission, is found here.
        admission.EndIfBanned(client);
        return true;
    }

    /// <summary>Opens an admitted transport. If that fails, closes it and returns its slots.</summary>
    private bool TryOpen(TransportConnection transport, Connection client, ConnectionLease lease, FirstRun? first = null)
    {
        bool isOpen = false;
        try
        {
            return isOpen = transport.TryOpen(first);
        }
        finally
        {
            if (!isOpen)
            {
                registry.Remove(client);
                lease.Dispose();
                _ = transport.DisposeAsync().AsTask();
            }
        }
    }

    /// <summary>Begins to run a connection, on the thread that handles its events.</summary>
    private sealed class FirstRun(ConnectionRunner runner, Connection client, ConnectionLease lease) : IThreadPoolWorkItem
    {
        public void Execute() => _ = runner.RunAsync(client, lease);
    }
}
