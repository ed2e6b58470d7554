using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;

namespace ServerLib.Cli.Service;

/// <summary>Tells systemd when the server accepts connections, reloads its configuration, and begins to stop (sd_notify).</summary>
internal sealed class ServiceNotifications(ISystemdNotifier notifier, IServerControl server) : IHostedLifecycleService
{
    /// <summary>The server begins to reload its configuration. <see cref="Reloaded"/> must follow, also after a failure.</summary>
    public void Reloading()
    {
        // systemd compares the time with its own, to tell this reload from an earlier one.
        long microseconds = Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000);
        Send(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={microseconds}"));
    }

    /// <summary>The server has reloaded its configuration, or keeps the old one.</summary>
    public void Reloaded() => Send("READY=1");

    /// <summary>The server does not hang. If systemd does not get this in time, it restarts the server.</summary>
    public void Healthy() => Send("WATCHDOG=1");

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        Send($"READY=1\nSTATUS=Listening on {string.Join(", ", server.EndPoints)}");
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        Send("STOPPING=1\nSTATUS=Ending the connections");
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Send(string state)
    {
        try
        {
            notifier.Notify(new ServiceState(state));
        }
        catch (SocketException)
        {
            // systemd has closed its socket, for example because it restarts itself. The server goes on.
        }
    }
}
