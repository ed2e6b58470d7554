using Microsoft.Extensions.DependencyInjection;
using ServerLib.Authentication;
using ServerLib.Diagnostics;
using ServerLib.Files;
using ServerLib.Messaging;
using ServerLib.RateLimiting;

namespace ServerLib.Server;

/// <summary>Runs connections, each from its first byte to its end.</summary>
/// <param name="context">The ledger, the database, the handlers and the audit trail.</param>
/// <param name="admission">Knows the bans, and counts penalties.</param>
/// <param name="login">Decides on logins.</param>
/// <param name="messages">Passes messages to handlers.</param>
/// <param name="registry">Holds the connections that run.</param>
/// <param name="events">The server's events.</param>
/// <param name="shutdownDeadline">Canceled when a shutdown has taken <see cref="ServerOptions.ShutdownTimeout"/>.</param>
internal sealed class ConnectionRunner(
    ServerContext context,
    ConnectionAdmission admission,
    LoginPipeline login,
    MessageDispatcher messages,
    ConnectionRegistry registry,
    ServerEvents events,
    CancellationToken shutdownDeadline)
{
    private readonly LoopbackUsers _loopback = new();

    /// <summary>Runs a connection, and never throws.</summary>
    public async Task RunAsync(Connection client, ConnectionLease lease)
    {
        // An idle connection keeps all of these in memory.
        IServiceScope? scope = null;
        IMessageHandler? handler = null;
        bool isLogged = false;
        bool wasBusy = false;
        bool isLocal = false;
        try
        {
            events.ConnectionAccepted();
            if (admission.IsHealthCheck(client.RemoteEndPoint) && !await SendsAsync(client).ConfigureAwait(false))
                return;
            isLogged = events.ConnectionStarted(client.RemoteEndPoint, admission.SourceOf(client.RemoteEndPoint));
            (bool isLoggedIn, wasBusy) = await LogInAsync(client, lease, isLogged).ConfigureAwait(false);
            isLocal = client.Link.IsLocal;
            if (!isLoggedIn)
                return;
            scope = context.Scopes.CreateScope();
            handler = scope.ServiceProvider.GetRequiredService<IMessageHandler>();
            client.Reader.SetAffinityFor(handler);
            if (!await RunHandlerAsync(client, handler, 0, static (h, c, _) => h.OnConnectedAsync(c, c.Aborted)).ConfigureAwait(false))
                client.End(DisconnectReason.ServerError);
            do
            {
                while (client.TryReceive(out Message message))
                {
                    if (!messages.Dispatch(client, handler, message, out ValueTask waiting))
                        continue;
                    client.Reader.BeginWaiting();
                    await waiting.ConfigureAwait(false);
                    await client.Reader.EndHandlingAsync().ConfigureAwait(false);
                }

                if (client.Reader.IsHeldBack)
                    events.ClientThrottled();
            }
            while (await client.Reader.FillAsync().ConfigureAwait(false));

            await WaitForCallsAsync(client).ConfigureAwait(false);
            if (client.Reason == DisconnectReason.ServerShutdown)
            {
                client.Reader.RequestsEnded = shutdownDeadline;
                await RunHandlerAsync(client, handler, shutdownDeadline, static (h, c, deadline) => h.OnServerStoppingAsync(c, deadline))
                    .ConfigureAwait(false);
                client.Reader.RequestsEnded = client.Aborted;
            }
        }
        catch (Exception e)
        {
            events.ConnectionFailed(client.RemoteEndPoint, e);
        }
        finally
        {
            client.End(DisconnectReason.ServerError);
            await WaitForCallsAsync(client).ConfigureAwait(false);
            admission.Penalize(client, isExcused: client.Alias.Length > 0 || wasBusy || client.Reason == DisconnectReason.Resumed);
            if (client.Alias.Length > 0)
                await LogOffAsync(client, handler, isLocal).ConfigureAwait(false);
            else if (client.Reason != DisconnectReason.Resumed)
                events.ConnectionEndedBeforeLogin(client.RemoteEndPoint, client.Reason, isLogged);
            lease.EndSession();
            client.Resumption?.End();
            if (scope is not null)
                await Cleanup.TryAsync(events, "dispose the handler's scope", new AsyncServiceScope(scope).DisposeAsync).ConfigureAwait(false);
            await CloseAsync(client).ConfigureAwait(false);
            lease.Dispose();
            events.ConnectionClosed(client.Reason);
            registry.Remove(client);
        }
    }

    /// <summary>Waits for a client's first byte.</summary>
    /// <returns><see langword="false"/> if the connection has ended without one.</returns>
    private async ValueTask<bool> SendsAsync(Connection client)
    {
        using ITimer grace = client.Timers.EndAfter(context.Options.Login.GraceTime, DisconnectReason.LoginTimeout);
        return await client.Link.FillAsync(client, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Waits for the calls that still run. Their tokens are canceled.</summary>
    private static ValueTask WaitForCallsAsync(Connection client) =>
        client.Calls.Running?.WaitForFewerThanAsync(1) ?? ValueTask.CompletedTask;

    /// <summary>Closes a connection, at once if the time for a shutdown is over.</summary>
    private ValueTask CloseAsync(Connection client) =>
        Cleanup.TryAsync(events, "close the connection", () => client.CloseAsync(shutdownDeadline));

    /// <returns>Whether the client is logged in; and if not, whether it could not because the server was busy.</returns>
    private async ValueTask<(bool IsLoggedIn, bool WasBusy)> LogInAsync(Connection client, ConnectionLease lease, bool isLogged)
    {
        var attempts = new ConnectionLogin(client, login, lease, isLogged, context.Tickets);
        using LoginSpan? span = LoginSpan.Begin(events.Tracing, client, attempts);
        if (!await Srv.ConnectClientAsync(client, context.Ledger, context.Database, attempts, context.Audit).ConfigureAwait(false)
            || admission.EndIfBanned(client))
        {
            return (false, attempts.LastAttempt is { IsBusy: true });
        }

        if (client.Link.IsLocal && context.Options.Limits.ExemptLoopback && _loopback.Add(client.Alias))
            events.ForwardingLikely(LoopbackUsers.Max);
        events.ConnectionLoggedIn(
            client.RemoteEndPoint, client.Alias, context.Ledger.Count, isLogged ? admission.SourceOf(client.RemoteEndPoint) : null);
        return (true, false);
    }

    /// <summary>Calls a handler that may send requests and be slow, as one that handles a message may.</summary>
    /// <returns>Whether it returned without an exception.</returns>
    private async ValueTask<bool> RunHandlerAsync<T>(
        Connection client, IMessageHandler handler, T what, Func<IMessageHandler, Connection, T, ValueTask> call)
    {
        client.Reader.BeginHandling();
        ValueTask<bool> calling = messages.CallHandlerAsync(client, handler, what, call);
        if (calling.IsCompleted)
        {
            client.Reader.EndHandling();
            return await calling.ConfigureAwait(false);
        }

        client.Reader.BeginWaiting();
        bool isDone = await calling.ConfigureAwait(false);
        await client.Reader.EndHandlingAsync().ConfigureAwait(false);
        return isDone;
    }

    /// <summary>Removes a connection from the ledger and its groups, logs it off, and tells its handler.</summary>
    private async ValueTask LogOffAsync(Connection client, IMessageHandler? handler, bool isLocal)
    {
        events.ConnectionEnding(client.Alias);
        if (isLocal)
            _loopback.Remove(client.Alias);
        await Cleanup.TryAsync(events, "remove the connection from the ledger", () =>
        {
            context.Ledger.Remove(client);
            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);
        await Cleanup.TryAsync(events, "log the connection off", () => context.Database.LogDisconnectionAsync(client.Alias)).ConfigureAwait(false);
        context.RecordLogoff(client);
        if (handler is not null)
        {
            await Cleanup.TryAsync(events, "leave the groups", () => messages.LeaveGroupsAsync(client, handler)).ConfigureAwait(false);
            await messages.CallHandlerAsync(client, handler, 0, static (h, c, _) => h.OnDisconnectedAsync(c, c.Reason)).ConfigureAwait(false);
        }

        events.ConnectionEnded(client.RemoteEndPoint, client.Alias, client.Reason, context.Ledger.Count);
    }
}
