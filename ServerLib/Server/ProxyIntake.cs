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
internal sealed class ProxyIntake(ConnectionDispatcher dispatcher, ServerEvents events, TimeProvider time)
{
    /// <summary>How long a header may take. A proxy sends it at once.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    /// <summary>Takes a transport and owns it from then on. Completes when the connection has ended, or was refused. Never fails.</summary>
    /// <param name="transport">The transport.</param>
    /// <param name="rules">The rules of its end point.</param>
    /// <param name="stopping">Closes the connection if its header is not complete yet.</param>
    public async Task RunAsync(TransportConnection transport, EndpointRules rules, CancellationToken stopping)
    {
        try
        {
            if (await TryReadHeaderAsync(transport, stopping).ConfigureAwait(false))
            {
                await dispatcher.RunAsync(transport, rules).ConfigureAwait(false);
                return;
            }
        }
        catch (Exception e)
        {
            events.ConnectionFailed(transport.RemoteEndPoint, e);
        }

        await transport.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<bool> TryReadHeaderAsync(TransportConnection transport, CancellationToken stopping)
    {
        using var timeout = new CancellationTokenSource(TimeLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
        try
        {
            if (!transport.TryOpen())
                return false;
            (ProxyHeaderStatus status, IPEndPoint? client) = await ProxyHeaderReader.ReadAsync(transport, either.Token).ConfigureAwait(false);
            if (status == ProxyHeaderStatus.Malformed)
                events.ProxyHeaderMissing(transport.RemoteEndPoint);
            (transport.IsProxied, transport.ProxiedClient) = (true, client);
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
