using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ServerLib;
using ServerLib.ActivityLog;
using ServerLib.Files;
using ServerLib.Hosting;
using ServerLib.Messaging;
using ServerLib.Protocol;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds ServerLib to an application.</summary>
public static partial class ServiceCollectionExtensions
{
    /// <summary>
    /// Adds the server as a hosted service, with a default for each of its parts. Register your own <see cref="IMessageHandler"/>,
    /// <see cref="IUserDatabase"/>, <see cref="IAuthenticator"/>, <see cref="IPasswordHasher"/>, <see cref="IConnectionLedger"/>,
    /// <see cref="IMessageRouter"/> or <see cref="ILog"/>, before or after this, to replace one.
    /// </summary>
    /// <param name="services">Where to add it.</param>
    /// <param name="configure">Changes the options, which are checked when the application starts.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddServerLib(this IServiceCollection services, Action<ServerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<ServerOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ServerOptions>, ServerOptionsValidator>());
        if (configure is not null)
            services.Configure(configure);
        services.AddLogging();

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ILog>(CreateLog);
        services.TryAddSingleton(CreateServerKey);
        services.TryAddSingleton(CreateCertificate);
        services.TryAddSingleton<IConnectionLedger>(_ => new ActiveConnectionLedger());
        services.TryAddSingleton<IPasswordHasher>(CreateHasher);
        services.TryAddSingleton(CreateAuditTrail);
        services.TryAddSingleton<IUserDatabase>(CreateDatabase);
        services.TryAddSingleton(CreatePasswordRules);
        services.TryAddSingleton(CreateGuessBook);
        services.TryAddSingleton<IAuthenticator>(CreateAuthenticator);
        services.TryAddSingleton<IMessageRouter, LedgerMessageRouter>();
        services.TryAddScoped<IMessageHandler, ChatRoom>();
        services.TryAddSingleton(CreateServer);
        services.AddHostedService(provider => provider.GetRequiredService<ConnectionServer>());
        return services;
    }

    private static ServerOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<ServerOptions>>().Value;

    private static Log CreateLog(IServiceProvider provider)
    {
        ServerOptions options = Options(provider);
        return new Log(
            username: Environment.UserName,
            logFile: Path.Combine(options.DataDirectory, options.ActivityLog.File),
            lineFormat: options.ActivityLog.LineFormat,
            timeProvider: provider.GetRequiredService<TimeProvider>(),
            logger: provider.GetRequiredService<ILogger<Log>>(),
            maxFileSize: options.ActivityLog.MaxFileSize,
            olderFiles: options.ActivityLog.OlderFiles);
    }

    private static ServerKey CreateServerKey(IServiceProvider provider)
    {
        ServerOptions options = Options(provider);
        ILogger<ServerKey> logger = provider.GetRequiredService<ILogger<ServerKey>>();
        string path = Path.Combine(options.DataDirectory, "server-key.pem");
        var key = ServerKeyFile.LoadOrCreate(path, options.ServerKeySize);
        FileRights.Check(logger, path);
        if (key.KeySize != options.ServerKeySize)
            LogOtherKeySize(logger, path, key.KeySize, options.ServerKeySize);
        return key;
    }

    private static ServerCertificate CreateCertificate(IServiceProvider provider)
    {
        AuditTrail audit = provider.GetRequiredService<AuditTrail>();
        ServerCertificate certificate = OrWriteDown(audit, () => ServerCertificate.Load(
            Options(provider),
            provider.GetRequiredService<ILog>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ServerCertificate>>()));
        certificate.Refused = why => Refuse(audit, why);
        return certificate;
    }

    private static PasswordRules CreatePasswordRules(IServiceProvider provider) =>
        OrWriteDown(provider.GetService<AuditTrail>(), () => PasswordRules.Load(Options(provider)));

    /// <summary>Loads what the configuration names; that it can't be used is in the audit trail.</summary>
    private static T OrWriteDown<T>(AuditTrail? audit, Func<T> load)
    {
        try
        {
            return load();
        }
        catch (ServerLibException e)
        {
            Refuse(audit, (e.InnerException as ServerLibException ?? e).Message);
            throw;
        }
    }

    private static void Refuse(AuditTrail? audit, string why) => audit?.Write(AuditEvent.ConfigurationRefused, ServerOptions.ServerName, detail: why);

    private static Argon2idPasswordHasher CreateHasher(IServiceProvider provider) =>
        new(Options(provider).PasswordHashing, provider.GetRequiredService<ILogger<Argon2idPasswordHasher>>());

    private static AuditTrail CreateAuditTrail(IServiceProvider provider) =>
        new(
            Options(provider).DataDirectory,
            Options(provider).Audit.Retention,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AuditTrail>>(),
            provider.GetRequiredService<ILog>());

    private static LiteDbUserDatabase CreateDatabase(IServiceProvider provider) =>
        new(
            Options(provider).DataDirectory,
            provider.GetRequiredService<IPasswordHasher>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<LiteDbUserDatabase>>(),
            provider.GetRequiredService<AuditTrail>());

    private static LoginThrottle CreateGuessBook(IServiceProvider provider) =>
        new(
            Options(provider),
            Path.Combine(Options(provider).DataDirectory, "guesses.json"),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<LoginThrottle>>());

    private static Authenticator CreateAuthenticator(IServiceProvider provider) =>
        new(
            provider.GetRequiredService<IUserDatabase>(),
            Options(provider),
            provider.GetRequiredService<PasswordRules>(),
            provider.GetRequiredService<LoginThrottle>());

    private static ConnectionServer CreateServer(IServiceProvider provider) =>
        new(
            provider.GetRequiredService<IOptions<ServerOptions>>(),
            provider.GetRequiredService<ServerKey>(),
            provider.GetRequiredService<IConnectionLedger>(),
            provider.GetRequiredService<IUserDatabase>(),
            provider.GetRequiredService<IAuthenticator>(),
            provider.GetRequiredService<IServiceScopeFactory>(),
            provider.GetRequiredService<IMessageRouter>(),
            provider.GetRequiredService<ILog>(),
            provider.GetRequiredService<ILoggerFactory>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<ServerCertificate>(),
            provider.GetService<AuditTrail>(),
            provider.GetService<PasswordRules>(),
            provider.GetService<LoginThrottle>());

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "{File} has {Size} bits, and ServerKeySize ({Wanted}) is for a key that is made anew: move the file away for one")]
    private static partial void LogOtherKeySize(ILogger logger, string file, int size, int wanted);
}
