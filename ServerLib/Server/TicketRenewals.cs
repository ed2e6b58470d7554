using Microsoft.Extensions.Logging;
using ServerLib.Authentication;
using ServerLib.Connections;
using ServerLib.Diagnostics;

namespace ServerLib.Server;

/// <summary>Sends connected clients their next tickets, one after the other, and replaces the key of tickets when it is due.</summary>
internal sealed class TicketRenewals : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly IEnumerable<Connection> _connections;
    private readonly TicketIssuer _tickets;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private int _isRunning;

    /// <summary>Starts the timer.</summary>
    public TicketRenewals(IEnumerable<Connection> connections, TicketIssuer tickets, TimeProvider time, ILogger logger)
    {
        (_connections, _tickets, _time, _logger) = (connections, tickets, time, logger);
        _timer = time.CreateTimer(static renewals => _ = ((TicketRenewals)renewals!).RunAsync(), this, Interval, Interval);
    }

    public void Dispose() => _timer.Dispose();

    private async Task RunAsync()
    {
        if (Interlocked.Exchange(ref _isRunning, 1) != 0)
            return;
        try
        {
            _tickets.Ring.RotateIfDue();
            long now = _time.GetTimestamp();
            foreach (Connection connection in _connections)
            {
                if (connection.Ticket is { } ticket && ticket.RenewAt <= now && connection.Reason == DisconnectReason.None)
                    await RenewAsync(connection, ticket).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            TicketEvents.NotRenewed(_logger, e);
        }
        finally
        {
            Volatile.Write(ref _isRunning, 0);
        }
    }

    private async ValueTask RenewAsync(Connection connection, ConnectionTicket ticket)
    {
        try
        {
            await _tickets.RenewAsync(connection, ticket).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ServerLibException or OperationCanceledException)
        {
            // The connection has ended, or the database has failed, which it logs itself.
        }
    }
}
