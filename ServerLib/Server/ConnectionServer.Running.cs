using Microsoft.Extensions.DependencyInjection;
using ServerLib.Authentication;
using ServerLib.Diagnostics;
using ServerLib.Files;
using ServerLib.RateLimiting;

namespace ServerLib;

/// <content>What becomes of each connection that was let in.</content>
public sealed partial class ConnectionServer
{
    /// <summary>A connection's life, from top to bottom.</summary>
    private async Task RunAsync(Connection client, ConnectionLease lease)
    {
        AsyncServiceScope? scope = null;
        IMessageHandler? handler = null;
        bool isStranger = _guesses.Known.TryFind(client.RemoteEndPoint, out AddressBlock address);
        bool hasLines = !isStranger || _arrivals.TryPass(address);
        try
        {
            if (hasLines)
                _log.Logging($"[ CONNECTION - ATTEMPT ] accepting new connection @{client.RemoteEndPoint}");
            if (!await Srv.ConnectClientAsync(client, _ledger, _database, LoginOf(client, lease, hasLines), _audit).ConfigureAwait(false))
                return;
            if (isStranger && hasLines)
                _arrivals.Refund(_guesses.Known.BlockOf(client.RemoteEndPoint));

            // As at accept: he may have been banned since his password was found to be right.
            if (_bans.Find(client.Alias) is { } ban)
            {
                EndBanned(client, ban);
                return;
            }

            _log.Logging($"[ CONNECTION - SUCCESS ] accepted new connection @{client.RemoteEndPoint}: Alias - {client.Alias}");
            _log.Logging($"[ STATUS ] clients connected: {_ledger.Count}");

            scope = _scopes.CreateAsyncScope();
            handler = scope.Value.ServiceProvider.GetRequiredService<IMessageHandler>();
            client.RunsCodeOf(handler);
            await _messages.TellAsync(client, handler, 0, static (h, c, _) => h.OnConnectedAsync(c, c.Aborted)).ConfigureAwait(false);
            do
            {
                while (client.TryReceive(out Message message))
                {
                    if (!_messages.Dispatch(client, handler, message, out ValueTask waiting))
                        continue;
                    client.BeginHandling();
                    await waiting.ConfigureAwait(false);
                    await client.EndHandlingAsync().ConfigureAwait(false);
                }
            }
            while (await client.FillAsync().ConfigureAwait(false));

            if (client.Reason == DisconnectReason.ServerShutdown)
            {
                await _messages.TellAsync(client, handler, _outOfTime.Token, static (h, c, time) => h.OnServerStoppingAsync(c, time))
                    .ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            LogConnectionFailed(client.RemoteEndPoint, e);
        }
        finally
        {
            client.End(DisconnectReason.ServerError);
            _reports.Penalized(_guesses.Addresses.Add(
                client.RemoteEndPoint, AddressPenalties.For(client.Reason, isForgivable: client.Alias.Length > 0 || client.MetBusy)));
            await LeaveAsync(client, handler, hasLines).ConfigureAwait(false);
            if (client.Session is { } session)
                _sessions.End(session);
            if (scope is { } created)
                await AttemptAsync("end the handler", created.DisposeAsync).ConfigureAwait(false);
            await AttemptAsync("close the connection", client.DisposeAsync).ConfigureAwait(false);
            _live.TryRemove(client.Id, out _);
            lease.Dispose();
            ServerMetrics.Disconnected(client.Reason);
            SignalIfDrained();
        }
    }

    /// <summary>The chain that a login passes: what a connection adds around what is the same for all.</summary>
    private LoggingAuthenticator LoginOf(Connection client, ConnectionLease lease, bool hasLines) =>
        new(
            new SessionAuthenticator(client, _authenticator, _sessions, _pace, lease, _refusalTrail),
            _log,
            hasLines,
            _lockedOut,
            _busy,
            _tooManyRegistered,
            _tooOften);

    /// <summary>Off the ledger, logged off in the database, the handler told.</summary>
    private async Task LeaveAsync(Connection client, IMessageHandler? handler, bool hasLines)
    {
        if (client.Alias.Length == 0)
        {
            if (hasLines)
                _log.Logging($"[ CONNECTION - END ] @{client.RemoteEndPoint} before login: {client.Reason}");
            if (client.Reason == DisconnectReason.PlaintextRefused && _refusedPlaintext.TryPass(out long refused))
            {
                _log.Logging(
                    $"[ ALERT ] {refused} refused that wanted to log in without TLS, the last one @{client.RemoteEndPoint}: "
                    + "they should use TLS, or the option Plaintext should allow it");
            }
            else if (client.Reason == DisconnectReason.ClientCertificateRefused && _refusedCertificates.TryPass(out refused))
            {
                _log.Logging(
                    $"[ ALERT ] {refused} refused that showed no client certificate which ClientCertificateAuthorities has issued for clients, "
                    + $"the last one @{client.RemoteEndPoint}");
            }

            return;
        }

        _log.Logging($"[ ALERT ] client {client.Alias} is disconnecting.");
        await AttemptAsync("take a client off the ledger", () =>
        {
            _ledger.Remove(client);
            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);
        await AttemptAsync("log a client off", () => _database.LogDisconnectionAsync(client.Alias)).ConfigureAwait(false);
        WriteLogoff(client);
        if (handler is not null)
        {
            await AttemptAsync("leave the groups", () => _messages.LeaveGroupsAsync(client, handler)).ConfigureAwait(false);
            await _messages.TellAsync(client, handler, 0, static (h, c, _) => h.OnDisconnectedAsync(c, c.Reason)).ConfigureAwait(false);
        }

        _log.Logging($"[ CONNECTION - END ] @{client.RemoteEndPoint}: Alias - {client.Alias}: {client.Reason}");
        _log.Logging($"[ STATUS ] clients connected: {_ledger.Count}");
    }

    /// <summary>Here rather than in the database, which may have no such account any more, and knows no session from another.</summary>
    private void WriteLogoff(Connection client)
    {
        if (client.Alias.Length > 0 && client.IsFirstLogoff())
            _audit?.Write(AuditEvent.Logoff, client.Alias, AddressText.From(client.RemoteEndPoint));
    }
}
