using System.Net;
using ServerLib.Connections;
using ServerLib.Diagnostics;
using ServerLib.Transport;

namespace ServerLib.Server;

/// <summary>
/// Takes connections of proxies. It reads the PROXY header; then the connection is treated like one that the client itself has made.
/// </summary>
/// <param name="dispatcher">Runs the connections.</param>
/// <param name="events">The server's events.</param>
/// <param name="time">The clock.</param>
/// <param name="shutdownDeadline">Closes the connections that have not sent their header.</param>
internal sealed class ProxyIntake(ConnectionDispatcher dispatcher, ServerEvents events, TimeProvider time, CancellationToken shutdownDeadline)
{
    /// <summary>How long a header may take. A proxy sends it at once.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    /// <summary>Takes a transport and owns it from then on. Completes when the connection has ended, or was refused.</summary>
    public async Task RunAsync(TransportConnection transport, EndpointRules rules)
    {
        if (await TryReadHeaderAsync(transport).ConfigureAwait(false))
            await dispatcher.RunAsync(transport, rules).ConfigureAwait(false);
        else
            await transport.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<bool> TryReadHeaderAsync(TransportConnection transport)
    {
        using var timeout = new CancellationTokenSource(TimeLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, shutdownDeadline);
        try
        {
            if (!transport.TryOpen())
                return false;
            (ProxyHeaderStatus status, IPEndPoint? client) = await ProxyHeaderReader.ReadAsync(transport, either.Token).ConfigureAwait(false);
            if (status == ProxyHeaderStatus.Malformed)
                events.ProxyHeaderMissing(transport.RemoteEndPoint);
            transport.ProxiedClient = client;
            return status == ProxyHeaderStatus.Read;
        }
        catch (OperationCanceledException)
        {
            if (timeout.IsCancellationRequested)
                events.ProxyHeaderMissing(transport.RemoteEndPoint);
            return false;
        }
        catch (IOException)
        {
            // There is no room to watch the connection.
            return false;
        }
    }
}
