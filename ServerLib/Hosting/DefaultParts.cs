using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ServerLib.Accounts;
using ServerLib.ActivityLog;
using ServerLib.Authentication;
using ServerLib.Diagnostics;
using ServerLib.Files;
using ServerLib.Messaging;
using ServerLib.Protocol;
using ServerLib.Server;

namespace ServerLib.Hosting;

/// <summary>Creates the parts of a server that the application does not replace.</summary>
internal static class DefaultParts
{
    /// <summary>Registers a default for each part that the application has not registered before.</summary>
    public static void AddTo(ServerLibBuilder server)
    {
        server.AddDefault(provider => new ServerProblems(provider.GetRequiredService<TimeProvider>()));
        server.AddDefault(provider => new CurrentOptions(() => provider.GetRequiredService<IOptionsFactory<ServerOptions>>().Create(server.Name)));
        server.AddDefault<IOptions<ServerOptions>>(provider => provider.GetRequiredService<CurrentOptions>());
        server.AddDefault(provider => CreateReloader(provider, server.Name));
        server.AddDefault(_ => new ServerStateSource());
        server.AddDefault(provider => new ServerHealth(
            provider.GetRequiredService<IServerControl>(), provider.GetRequiredService<ServerProblems>()));
        server.AddDefault(provider => new ServerMetrics(
            provider.GetService<IMeterFactory>(), server.Name, provider.GetRequiredService<ServerProblems>()));
        server.AddDefault<ILog>(CreateLog);
        server.AddDefault(CreateServerKey);
        server.AddDefault(CreateCertificate);
        server.AddDefault<IConnectionLedger>(_ => new ActiveConnectionLedger());
        server.AddDefault<IPasswordHasher>(CreateHasher);
        server.AddDefault(CreateAuditTrail);
        server.AddDefault(CreatePasswordRules);
        server.AddDefault(CreateLoginThrottle);
        server.AddDefault(CreateTicketKeys);
        server.AddDefault<IAuthenticator>(CreateAuthenticator);
        UserDatabaseParts.AddTo(server, CreateDatabase);
        server.AddDefault(ServerPart.Of<IMessageRouter, LedgerMessageRouter>(server.Name, ServiceLifetime.Singleton));
        server.AddDefault(ServerPart.Of<IMessageHandler, ChatRoom>(server.Name, ServiceLifetime.Scoped));
        server.AddDefault(services => CreateServer(services, server.Name));
        server.AddDefault<IServerControl>(services => new DeferredServerControl(services));
    }

    private static ServerOptions OptionsOf(IServiceProvider provider) => provider.GetRequiredService<IOptions<ServerOptions>>().Value;

    private static ServerMetrics MetricsOf(IServiceProvider provider) => provider.GetRequiredService<ServerMetrics>();

    private static Log CreateLog(IServiceProvider provider)
    {
        ServerOptions options = OptionsOf(provider);
        return new Log(
            username: Environment.UserName,
            logFile: Path.Combine(options.DataDirectory, options.ActivityLog.File),
            lineFormat: options.ActivityLog.LineFormat,
            timeProvider: provider.GetRequiredService<TimeProvider>(),
            logger: provider.GetRequiredService<ILogger<Log>>(),
            maxFileSize: options.ActivityLog.MaxFileSize,
            olderFiles: options.ActivityLog.OlderFiles,
            problems: provider.GetRequiredService<ServerProblems>(),
            format: options.ActivityLog.Format,
            rollDaily: options.ActivityLog.RollDaily,
            retention: options.ActivityLog.Retention);
    }

    private static OptionsReloader CreateReloader(IServiceProvider provider, string name) =>
        new(
            name,
            provider.GetRequiredService<IOptionsFactory<ServerOptions>>(),
            provider.GetServices<IValidateOptions<ServerOptions>>(),
            provider.GetRequiredService<CurrentOptions>(),
            provider.GetRequiredService<ConnectionServer>(),
            provider.GetRequiredService<ILogger<OptionsReloader>>());

    private static ServerKey CreateServerKey(IServiceProvider provider)
    {
        ServerOptions options = OptionsOf(provider);
        ILogger<ServerKey> logger = provider.GetRequiredService<ILogger<ServerKey>>();
        string path = Path.Combine(options.DataDirectory, ServerData.ServerKeyName);
        var key = ServerKeyFile.LoadOrCreate(path, options.ServerKeySize);
        FileRights.Check(logger, path);
        if (key.KeySize != options.ServerKeySize)
            FileEvents.OtherKeySize(logger, path, key.KeySize, options.ServerKeySize);
        return key;
    }

    private static ServerCertificate CreateCertificate(IServiceProvider provider)
    {
        AuditTrail audit = provider.GetRequiredService<AuditTrail>();
        ServerCertificate certificate = LoadOrAudit(audit, () => ServerCertificate.Load(
            OptionsOf(provider),
            provider.GetRequiredService<ILog>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ServerCertificate>>(),
            provider.GetRequiredService<ServerProblems>()));
        certificate.Refused = why => Refuse(audit, why);
        return certificate;
    }

    private static PasswordRules CreatePasswordRules(IServiceProvider provider) =>
        LoadOrAudit(provider.GetService<AuditTrail>(), () => PasswordRules.Load(OptionsOf(provider)));

    /// <summary>Loads a configured file, and records a failure in the audit trail.</summary>
    private static T LoadOrAudit<T>(AuditTrail? audit, Func<T> load)
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

    private static Argon2idPasswordHasher CreateHasher(IServiceProvider provider)
    {
        var hasher = new Argon2idPasswordHasher(
            OptionsOf(provider).PasswordHashing, provider.GetRequiredService<ILogger<Argon2idPasswordHasher>>());
        MetricsOf(provider).ObservePasswordQueue(() => hasher.QueueLength);
        return hasher;
    }

    private static AuditTrail CreateAuditTrail(IServiceProvider provider)
    {
        ServerOptions options = OptionsOf(provider);
        TimeProvider time = provider.GetRequiredService<TimeProvider>();
        ILogger<AuditTrail> logger = provider.GetRequiredService<ILogger<AuditTrail>>();
        ILog log = provider.GetRequiredService<ILog>();
        ServerProblems problems = provider.GetRequiredService<ServerProblems>();
        AuditTrail audit = provider.GetService<IAuditStore>() is { } store
            ? new AuditTrail(store, options.Audit.Retention, time, logger, log, problems)
            : new AuditTrail(options.DataDirectory, options.Audit.Retention, time, logger, log, problems);
        audit.Observe(MetricsOf(provider));
        return audit;
    }

    private static LiteDbUserDatabase CreateDatabase(IServiceProvider provider)
    {
        var database = new LiteDbUserDatabase(
            OptionsOf(provider).DataDirectory,
            provider.GetRequiredService<IPasswordHasher>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<LiteDbUserDatabase>>(),
            provider.GetRequiredService<AuditTrail>(),
            provider.GetRequiredService<ServerProblems>());
        database.Observe(MetricsOf(provider));
        return database;
    }

    private static LoginThrottle CreateLoginThrottle(IServiceProvider provider) =>
        new(
            OptionsOf(provider),
            Path.Combine(OptionsOf(provider).DataDirectory, ServerData.LoginThrottleName),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<LoginThrottle>>(),
            provider.GetRequiredService<ServerProblems>());

    private static TicketIssuer? CreateTickets(IServiceProvider provider)
    {
        ServerOptions options = OptionsOf(provider);
        if (options.Login.TicketLifetime == TimeSpan.Zero || provider.GetService<IAccountStamps>() is not { } stamps)
            return null;
        return new TicketIssuer(stamps, provider.GetRequiredService<TicketKeyRing>(), options.Login, provider.GetRequiredService<TimeProvider>());
    }

    private static TicketKeyRing CreateTicketKeys(IServiceProvider provider) =>
        new(
            Path.Combine(OptionsOf(provider).DataDirectory, TicketKeyFile.Name),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<TicketKeyRing>>(),
            provider.GetRequiredService<ServerProblems>());

    private static Authenticator CreateAuthenticator(IServiceProvider provider) =>
        new(
            provider.GetRequiredService<IUserDatabase>(),
            provider.GetRequiredService<IOptions<ServerOptions>>(),
            provider.GetRequiredService<PasswordRules>(),
            provider.GetRequiredService<LoginThrottle>(),
            provider.GetService<IUserKeys>(),
            provider.GetService<IUserAdministration>());

    private static ConnectionServer CreateServer(IServiceProvider provider, string name) =>
        new(new ServerContext
        {
            Name = name,
            CurrentOptions = provider.GetRequiredService<IOptions<ServerOptions>>(),
            ServerKey = provider.GetRequiredService<ServerKey>(),
            Ledger = provider.GetRequiredService<IConnectionLedger>(),
            Database = provider.GetRequiredService<IUserDatabase>(),
            Accounts = provider.GetService<IUserAdministration>(),
            Keys = provider.GetService<IUserKeys>(),
            Tickets = CreateTickets(provider),
            BanDatabase = provider.GetService<IBanDatabase>(),
            Authenticator = provider.GetRequiredService<IAuthenticator>(),
            Throttle = provider.GetRequiredService<LoginThrottle>(),
            PasswordRules = provider.GetRequiredService<PasswordRules>(),
            Scopes = provider.GetRequiredService<IServiceScopeFactory>(),
            Router = provider.GetRequiredService<IMessageRouter>(),
            Serializer = provider.GetService<IBodySerializer>(),
            Calls = new CallTable(provider.GetServices<CallDefinition>(), provider),
            Log = provider.GetRequiredService<ILog>(),
            Loggers = provider.GetRequiredService<ILoggerFactory>(),
            Time = provider.GetRequiredService<TimeProvider>(),
            Problems = provider.GetRequiredService<ServerProblems>(),
            Metrics = MetricsOf(provider),
            State = provider.GetRequiredService<ServerStateSource>(),
            Certificate = provider.GetService<ServerCertificate>(),
            Audit = provider.GetService<AuditTrail>(),
        });
}
