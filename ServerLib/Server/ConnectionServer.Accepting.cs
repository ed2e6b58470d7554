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
        DisconnectReason refusal = RefusalOf(transport.RemoteEndPoint, out bool hasPriority);
        if (refusal != DisconnectReason.None)
        {
            _refusals.Add(refusal, transport.RemoteEndPoint);
            _ = transport.DisposeAsync().AsTask();
            return;
        }

        if (!TryOpen(transport))
            return;
        var client = new Connection(transport, _options, _serverKey, _time, _certificate) { HasPriority = hasPriority };
        ServerMetrics.Connected();
        _live[client.Id] = client;

        // Who bans ends those that are there: one of the two sees the other.
        if (_bans.Covers(transport.RemoteEndPoint))
            client.End(DisconnectReason.Banned);
        ThreadPool.UnsafeQueueUserWorkItem(static life => _ = life.Server.RunAsync(life.Client), (Server: this, Client: client), preferLocal: false);
    }

    /// <summary>Opens a connection that was let in; otherwise it is closed, and its place is free again.</summary>
    private bool TryOpen(TransportConnection transport)
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
                _gate.Leave(AddressBlock.Of(transport.RemoteEndPoint), isLoggedIn: false);
                _ = transport.DisposeAsync().AsTask();
            }
        }
    }

    private DisconnectReason RefusalOf(EndPoint from, out bool hasPriority)
    {
        hasPriority = false;
        if (_bans.Covers(from))
            return DisconnectReason.Banned;
        return _guesses.Addresses.IsRefused(from, out _)
            ? DisconnectReason.Penalised
            : _gate.TryEnter(AddressBlock.Of(from), _guesses.Accounts.IsKnownAddress(_guesses.Known.BlockOf(from)), out hasPriority);
    }
}
