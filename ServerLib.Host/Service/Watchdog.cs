using System.Globalization;
using Microsoft.Extensions.Hosting;

namespace ServerLib.Cli.Service;

/// <summary>Tells systemd regularly that the server does not hang, so that systemd restarts one that does.</summary>
/// <param name="interval">The time between two messages. A ping that takes longer fails.</param>
/// <param name="systemd">Sends the messages.</param>
/// <param name="server">The server.</param>
/// <param name="time">The clock.</param>
internal sealed class Watchdog(TimeSpan interval, ServiceNotifications systemd, IServerControl server, TimeProvider time) : BackgroundService
{
    /// <summary>Half of the time after which systemd restarts the service; <see langword="null"/> if it does not watch this process.</summary>
    /// <param name="variables">The environment.</param>
    /// <param name="processId">This process.</param>
    public static TimeSpan? FindInterval(IReadOnlyDictionary<string, string?> variables, int processId)
    {
        if (variables.GetValueOrDefault("WATCHDOG_PID") is { Length: > 0 } pid && pid != processId.ToString(CultureInfo.InvariantCulture))
            return null;
        return long.TryParse(variables.GetValueOrDefault("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out long limit) && limit > 1
            ? TimeSpan.FromMicroseconds(limit / 2)
            : null;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            do
            {
                if (await AnswersAsync(stoppingToken).ConfigureAwait(false))
                    systemd.Healthy();
            }
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken stoppingToken)
    {
        using var timeout = new CancellationTokenSource(interval, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stoppingToken);
        try
        {
            await server.PingAsync(both.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
