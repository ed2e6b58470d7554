using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ServerLib.Cli;

/// <summary>
/// Serves <c>/metrics</c>, <c>/health/live</c> and <c>/health/ready</c>. It starts before the server and stops after it, so that the pages
/// also show a server that starts or drains.
/// </summary>
/// <param name="address">Where it listens.</param>
/// <param name="services">The program's services.</param>
/// <param name="console">Gets the address.</param>
internal sealed class MetricsListener(IPEndPoint address, IServiceProvider services, HostConsole console)
    : IHostedService, IDisposable, IAsyncDisposable
{
    private static readonly TimeSpan SilenceTimeout = TimeSpan.FromSeconds(10);

    private WebApplication? _application;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _application = Build();
        try
        {
            await _application.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new ServerLibException($"--metrics {address}: {Reason(e)}", e);
        }

        console.Print($"Metrics on {_application.Urls.Single()}/metrics");
    }

    public Task StopAsync(CancellationToken cancellationToken) => _application?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public void Dispose() => ((IDisposable?)_application)?.Dispose();

    public ValueTask DisposeAsync() => _application?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static string Reason(Exception failure) => failure.InnerException is { } cause
        ? $"cannot listen there: {cause.GetBaseException().Message}"
        : failure.Message;

    private WebApplication Build()
    {
        // With nothing of its own: no files, no variables, no signals and no log.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Anybody on this machine can connect: they must not use up the server's memory, or hold the connections of a health check.
            kestrel.Limits.MaxConcurrentConnections = 64;
            kestrel.Limits.KeepAliveTimeout = SilenceTimeout;
            kestrel.Limits.RequestHeadersTimeout = SilenceTimeout;
            kestrel.Listen(address);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddSingleton(services.GetRequiredService<IMeterFactory>());
        builder.Services.AddSingleton(services.GetRequiredService<ServerHealth>());
        builder.Services.AddHealthChecks().AddServerLib();
        WebApplication application = builder.Build();
        application.MapServerLibMetrics(includeRuntime: true);
        application.MapServerLibHealth();
        return application;
    }
}
