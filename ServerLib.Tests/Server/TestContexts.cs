using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Moq;
using ServerLib.Diagnostics;
using ServerLib.Messaging;
using ServerLib.Server;

namespace ServerLib.Tests.Server;

/// <summary>Creates what a server is built from: nothing but a login that refuses everybody.</summary>
internal static class TestContexts
{
    public static ServerContext Create(ServerOptions options, IServiceProvider services, TimeProvider time, IBanDatabase? bans = null) => new()
    {
        CurrentOptions = Options.Create(options),
        ServerKey = ServerKey.Ephemeral,
        Ledger = Mock.Of<IConnectionLedger>(),
        Database = Mock.Of<IUserDatabase>(),
        BanDatabase = bans,
        Authenticator = Mock.Of<IAuthenticator>(),
        Throttle = new LoginThrottle(options, timeProvider: time),
        PasswordRules = PasswordRules.Load(options),
        Scopes = services.GetRequiredService<IServiceScopeFactory>(),
        Router = Mock.Of<IMessageRouter>(),
        Calls = new CallTable([], services),
        Log = new DelegateLog(_ => { }),
        Loggers = NullLoggerFactory.Instance,
        Time = time,
        Problems = new ServerProblems(time),
        Metrics = new ServerMetrics(),
    };
}
