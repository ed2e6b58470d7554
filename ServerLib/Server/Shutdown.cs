using System.Runtime.CompilerServices;
using ServerLib.Diagnostics;
using ServerLib.Files;

namespace ServerLib.Server;

/// <summary>What a server that accepts no more connections does before it has stopped: it ends all connections, and saves.</summary>
/// <param name="context">The ledger, the database and the audit trail.</param>
/// <param name="registry">The connections.</param>
/// <param name="events">The server's events.</param>
/// <param name="deadline">Is canceled when the shutdown has taken <see cref="ServerOptions.ShutdownTimeout"/>.</param>
internal sealed class Shutdown(ServerContext context, ConnectionRegistry registry, ServerEvents events, CancellationTokenSource deadline)
{
    public async Task RunAsync()
    {
        await EndConnectionsAsync().ConfigureAwait(false);
        IUserDatabase database = context.Database;
        await TryAsync("clear the ledger", () => Run(context.Ledger.Purge)).ConfigureAwait(false);
        await TryAsync("log all users off", () => database.PurgeAsync(CancellationToken.None)).ConfigureAwait(false);
        await TryAsync("save the accounts", () => database.SaveAsync(CancellationToken.None)).ConfigureAwait(false);
        context.Throttle.Save();
        if (context.Audit is { } audit)
        {
            audit.WriteSummary();
            audit.Write(AuditEvent.Stopped, ServerOptions.ServerName);
            await TryAsync("log the head of the audit trail", () => new(audit.WriteHeadAsync())).ConfigureAwait(false);
        }
    }

    private async Task EndConnectionsAsync()
    {
        TimeSpan timeout = context.Options.ShutdownTimeout;
        if (timeout == TimeSpan.Zero)
            await deadline.CancelAsync().ConfigureAwait(false);
        ITimer timer = context.Time.CreateTimer(_ => deadline.Cancel(), null, timeout, Timeout.InfiniteTimeSpan);
        await using ConfiguredAsyncDisposable disposing = timer.ConfigureAwait(false);
        try
        {
            registry.End(DisconnectReason.ServerShutdown, _ => true);
            await registry.WhenEmptyAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            List<Connection> left = [.. registry.Connections];
            events.NotDrained(left.Count);
            left.ForEach(context.RecordLogoff);
        }
    }

    private ValueTask TryAsync(string step, Func<ValueTask> action) => Cleanup.TryAsync(events, step, action);

    private static ValueTask Run(Action action)
    {
        action();
        return ValueTask.CompletedTask;
    }
}
