using System.Diagnostics.CodeAnalysis;
using System.Net;
using ServerLib.Diagnostics;
using ServerLib.RateLimiting;
using ServerLib.Transport;

namespace ServerLib;

/// <content>The accept loop, and who is let in.</content>
public sealed partial class ConnectionServer
{
    /// <summary>Accepts until the server stops, whatever goes wrong.</summary>
    private async Task AcceptAsync()
    {
        bool failing = false;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                TransportConnection transport = await Srv.AcceptAsync(_listener!, _stopping.Token).ConfigureAwait(false);
                failing = false;
                Admit(transport);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Out of descriptors, most likely: once is worth a line, and those that are connected may free some.
                if (!failing)
                    LogAcceptFailed(e);
                failing = true;
                await Task.Delay(TimeSpan.FromMilliseconds(100), _time, _stopping.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Lets a connection in, or closes it at once, unread: whoever floods the server must not make it work.</summary>
    private void Admit(TransportConnection transport)
    {
        if (!TryAcquire(transport.RemoteEndPoint, out ConnectionLease? lease, out DisconnectReason refusal))
        {
            _refusals.Add(refusal, transport.RemoteEndPoint);
            _ = transport.DisposeAsync().AsTask();
            return;
        }

        if (!TryOpen(transport, lease))
            return;
        var client = new Connection(transport, _connectionSettings) { HasPriority = lease.HasPriority };
        ServerMetrics.Connected();
        _live[client.Id] = client;

        // Who bans ends those that are there: one of the two sees the other.
        if (_bans.Covers(transport.RemoteEndPoint))
            client.End(DisconnectReason.Banned);
        ThreadPool.UnsafeQueueUserWorkItem(
            static life => _ = life.Server.RunAsync(life.Client, life.Lease), (Server: this, Client: client, Lease: lease), preferLocal: false);
    }

    /// <summary>Opens an admitted connection. If that fails, closes it and returns its slots.</summary>
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

    private bool TryAcquire(EndPoint from, [NotNullWhen(true)] out ConnectionLease? lease, out DisconnectReason refusal)
    {
        lease = null;
        refusal = DisconnectReason.Banned;
        if (_bans.Covers(from))
            return false;
        refusal = DisconnectReason.Penalized;
        return !_guesses.Addresses.IsRefused(from, out _)
            && _connectionLimiter.TryAcquire(from, _guesses.Accounts.IsKnownAddress(_guesses.Known.BlockOf(from)), out lease, out refusal);
    }
}
