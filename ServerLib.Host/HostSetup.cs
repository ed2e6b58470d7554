using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ServerLib.Cli;

/// <summary>Wires the program.</summary>
internal static class HostSetup
{
    public static IHost Build(ConfigurationManager configuration, Surroundings surroundings, HostConsole console)
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings
        {
            Configuration = configuration,
            ApplicationName = "ServerLib.Host",
            ContentRootPath = surroundings.CurrentDirectory,
        });
        AddLogging(builder.Logging, configuration, console);
        AddServer(builder.Services, configuration, surroundings);
        builder.Services.AddSingleton(surroundings);
        builder.Services.AddSingleton(console);
        builder.Services.AddAdministration(options => options.WorkingDirectory = surroundings.CurrentDirectory);

        // After the server, so that it listens when commands come, and stops when they no longer do.
        builder.Services.AddHostedService<ConsoleService>();
        AddLifetime(builder.Services, surroundings);
        return builder.Build();
    }

    private static void AddLogging(ILoggingBuilder logging, ConfigurationManager configuration, HostConsole console)
    {
        logging.SetMinimumLevel(LogLevel.Warning);
        logging.AddConfiguration(configuration.GetSection("Logging"));

        // The program itself says why it can't start.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.AddProvider(new ErrorLoggerProvider(console));
    }

    private static void AddServer(IServiceCollection services, ConfigurationManager configuration, Surroundings surroundings)
    {
        // In a room of strangers one member must not push everyone else over MaxQueuedBytes: the burst, 500 KiB, and a frame are within it.
        services.AddServerLib(options => options.Limits.MaxMessageRate = 50);
        services.AddOptions<ServerOptions>()
            .Bind(configuration.GetSection(ServerOptions.SectionName))
            .PostConfigure(options => options.DataDirectory = FullPath(options.DataDirectory, surroundings.CurrentDirectory));

        ServiceDescriptor log = services.Last(s => s.ServiceType == typeof(ILog));
        services.AddSingleton<ILog>(provider =>
            new PrintingLog((ILog)log.ImplementationFactory!(provider), provider.GetRequiredService<HostConsole>()));
    }

    /// <summary>What is no path stays as it is, for the options' check to find.</summary>
    private static string FullPath(string path, string currentDirectory) =>
        string.IsNullOrWhiteSpace(path) || path.Contains('\0', StringComparison.Ordinal) ? path : Path.GetFullPath(path, currentDirectory);

    private static void AddLifetime(IServiceCollection services, Surroundings surroundings)
    {
        // The server sees to its own time; the host's is for the case that it doesn't.
        services.AddOptions<HostOptions>().Configure<Microsoft.Extensions.Options.IOptions<ServerOptions>>((host, server) =>
            host.ShutdownTimeout = server.Value.ShutdownTimeout + TimeSpan.FromSeconds(20));
        services.Configure<ConsoleLifetimeOptions>(options => options.SuppressStatusMessages = true);
        if (!surroundings.HandlesSignals)
            services.AddSingleton<IHostLifetime, NoSignals>();
    }

    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
