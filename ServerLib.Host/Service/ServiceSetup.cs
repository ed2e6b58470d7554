using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;

namespace ServerLib.Cli.Service;

/// <summary>Adds what a service manager needs: systemd, or that of Windows.</summary>
internal static class ServiceSetup
{
    public static void Add(IServiceCollection services, Surroundings surroundings)
    {
        services.AddWindowsService(options => options.ServiceName = "serverlib");
        if (!surroundings.Variables.ContainsKey("NOTIFY_SOCKET"))
            return;
        services.AddSingleton<ISystemdNotifier, SystemdNotifier>();
        services.AddSingleton<ServiceNotifications>();
        services.AddHostedService(provider => provider.GetRequiredService<ServiceNotifications>());
        if (Watchdog.FindInterval(surroundings.Variables, Environment.ProcessId) is { } interval)
            services.AddHostedService(provider => ActivatorUtilities.CreateInstance<Watchdog>(provider, interval));
    }
}
