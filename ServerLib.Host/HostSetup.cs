using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ServerLib.Administration;
using ServerLib.Cli.Service;

namespace ServerLib.Cli;

/// <summary>Wires the program.</summary>
internal static class HostSetup
{
    /// <summary>The server.</summary>
    public static IHost Build(HostLayers layers, CommandLine.Arguments arguments, Surroundings surroundings, HostConsole console)
    {
        HostApplicationBuilder builder = CreateBuilder(layers, arguments, surroundings, console);
        MonitoringSetup.Add(builder.Services, layers.Configuration, surroundings);
        AddServer(builder.Services, layers.Configuration, surroundings).AddHostedService<ConsoleService>().AddHostedService<ConfigurationWatch>();
        IReadOnlyList<Socket> inherited = InheritedSockets.Take(surroundings.Variables, Environment.ProcessId);
        builder.Services.PostConfigure<ServerOptions>(options => InheritedSockets.Apply(inherited, options));
        ServiceSetup.Add(builder.Services, surroundings);
        ServiceDescriptor log = builder.Services.Last(s => s.ServiceType == typeof(ILog));
        builder.Services.AddSingleton<ILog>(provider =>
            new PrintingLog((ILog)log.ImplementationFactory!(provider), provider.GetRequiredService<HostConsole>()));
        return builder.Build();
    }

    /// <summary>The server's services for an admin command that works on its files. It is not started, and leaves the activity log alone.</summary>
    public static IHost BuildForFiles(HostLayers layers, CommandLine.Arguments arguments, Surroundings surroundings, HostConsole console)
    {
        HostApplicationBuilder builder = CreateBuilder(layers, arguments, surroundings, console);
        AddServer(builder.Services, layers.Configuration, surroundings).Use<ILog>(new DelegateLog(_ => { }));
        return builder.Build();
    }

    private static HostApplicationBuilder CreateBuilder(
        HostLayers layers, CommandLine.Arguments arguments, Surroundings surroundings, HostConsole console)
    {
        ConfigurationManager configuration = layers.Configuration;
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings
        {
            Configuration = configuration,
            ApplicationName = "ServerLib.Host",
            ContentRootPath = surroundings.CurrentDirectory,
        });
        AddLogging(builder.Logging, configuration, console);
        builder.Services.AddSingleton(surroundings);
        builder.Services.AddSingleton(console);
        builder.Services.AddSingleton(layers);
        builder.Services.AddSingleton(arguments);
        builder.Services.AddSingleton<ConfigurationReload>();
        builder.Services.AddSingleton<PipedCommands>();
        builder.Services.AddTransient<AdminCommand>(_ => new ConfigShowCommand(surroundings));
        builder.Services.AddTransient<AdminCommand>(_ => new ConfigCheckCommand(() => arguments, surroundings));
        builder.Services.AddTransient<AdminCommand, ConfigReloadCommand>();
        AddLifetime(builder.Services, surroundings);
        return builder;
    }

    private static void AddLogging(ILoggingBuilder logging, ConfigurationManager configuration, HostConsole console)
    {
        logging.SetMinimumLevel(LogLevel.Warning);
        logging.AddConfiguration(configuration.GetSection("Logging"));

        // The program itself prints why it cannot start.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.AddProvider(new ErrorLoggerProvider(console));
    }

    private static IServerLibBuilder AddServer(IServiceCollection services, ConfigurationManager configuration, Surroundings surroundings)
    {
        IServerLibBuilder server = services.AddServerLib(HostDefaults.Apply)
            .Configure(configuration)
            .AddAdministration(options => options.WorkingDirectory = surroundings.CurrentDirectory);
        if (ProgramOptions.PostgreSqlOf(configuration) is { } connectionString)
        {
            server.AddPostgreSql(connectionString);
            services.Configure<AdministrationOptions>(options => options.BackupOfAccounts =
                "The accounts are in PostgreSQL: back them up with pg_dump, and restore them with pg_restore.");
        }

        // ConfigurationReload reads all sources before it changes the options. It must be the only one that does.
        services.RemoveAll<IOptionsChangeTokenSource<ServerOptions>>();
        services.PostConfigure<ServerOptions>(options => options.DataDirectory = FullPath(options.DataDirectory, surroundings.CurrentDirectory));
        return server;
    }

    /// <summary>The full path. An invalid path stays as it is, so that the options' validation reports it.</summary>
    internal static string FullPath(string path, string currentDirectory) =>
        string.IsNullOrWhiteSpace(path) || path.Contains('\0', StringComparison.Ordinal) ? path : Path.GetFullPath(path, currentDirectory);

    private static void AddLifetime(IServiceCollection services, Surroundings surroundings)
    {
        // The server keeps to its own timeout. This one is for the case that it does not.
        services.AddOptions<HostOptions>().Configure<IOptions<ServerOptions>>((host, server) =>
            host.ShutdownTimeout = server.Value.ShutdownTimeout + TimeSpan.FromSeconds(20));
        services.Configure<ConsoleLifetimeOptions>(options => options.SuppressStatusMessages = true);
        if (!surroundings.HandlesSignals)
            services.AddSingleton<IHostLifetime, NoSignals>();
    }
}
