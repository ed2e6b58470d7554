using ServerLib.Auditing;
using ServerLib.Authentication;
using ServerLib.Bans;
using ServerLib.Connections;
using ServerLib.Diagnostics;
using ServerLib.Messaging;
using ServerLib.Protocol;
using ServerLib.RateLimiting;
using ServerLib.Transport;

namespace ServerLib.Server;

/// <summary>Builds the parts of a server that consist of several others.</summary>
/// <param name="context">What the server is built from.</param>
/// <param name="events">The server's events.</param>
internal sealed class ServerComposition(ServerContext context, ServerEvents events)
{
    private readonly LoginThrottleReports _reports = new(events, context.Audit);
    private readonly RefusalTrail _refusals = new(context.Audit, context.Time);
    private readonly UserSessions _sessions = new(context.Options.Limits.MaxSessionsPerUser, context.Time);
    private ThrottlingStep? _throttling;

    /// <summary>Builds what decides about new connections.</summary>
    public ConnectionAdmission Admission(BanList bans)
    {
        ServerLimits limits = context.Options.Limits;
        var limiter = new ConnectionLimiter(
            limits.MaxConnections,
            limits.MaxConnectionsPerAddress,
            limits.MaxUnauthenticatedPerAddress,
            limits.MaxUnauthenticated,
            Random.Shared.NextDouble,
            limits.ExemptLoopback);

        return new ConnectionAdmission(bans, context.Throttle, _reports, limiter, HealthChecks(context.Options));
    }

    /// <summary>Builds what creates the connections.</summary>
    public Func<TransportConnection, ConnectionLease, EndpointRules, Connection> Connections(ResumableSessions? sessions)
    {
        var settings = new ConnectionSettings(context.CurrentOptions, context.ServerKey, context.Certificate, context.Time)
        {
            ChosenSerializer = context.Serializer,
            Traffic = context.Metrics.Messages,
            Sessions = sessions,
        };
        return (transport, lease, rules) => new Connection(transport, settings)
        {
            Rules = rules,
            HasPriority = lease.HasPriority,
            OffersKeys = context.Keys is not null,
            OffersTickets = context.Tickets is not null,
        };
    }

    /// <summary>The addresses of health checks.</summary>
    /// <exception cref="ServerLibException">One of them is invalid.</exception>
    public static AddressBlock[] HealthChecks(ServerOptions options) =>
    [
        // A connection that still has a proxy's address is the proxy's own: it checks whether the server is there.
        .. options.Login.HealthCheckAddresses.Select(ParseHealthCheckAddress),
        .. ListenEndpoint.Of(options).SelectMany(endpoint => endpoint.Rules.Proxies),
    ];

    /// <summary>Uses other limits of logins from now on.</summary>
    public void Change(ServerOptions options)
    {
        _sessions.Max = options.Limits.MaxSessionsPerUser;
        if (_throttling is { } throttling)
            throttling.MaxConcurrentPerAddress = options.Login.MaxConcurrentPerAddress;
    }

    private static AddressBlock ParseHealthCheckAddress(string text) => AddressBlock.TryParse(text, out AddressBlock block)
        ? block
        : throw new ServerLibException(
            $"Login:{nameof(LoginOptions.HealthCheckAddresses)}: '{TextSanitizer.Escape(text ?? "")}' "
            + "is not an address or a range of addresses");

    /// <summary>Builds what decides about logins.</summary>
    public LoginPipeline Login(BanList bans, PendingLogins pending, ResumableSessions? resumable)
    {
        // The outermost step comes first.
        ILoginStep?[] steps =
        [
            new PendingStep(pending),
            context.Audit is null ? null : new AuditingStep(context.Audit),
            new LoggingStep(events, context.Time),
            new SessionStep(
                _sessions,
                new LoginRateLimiter(context.Time),
                _refusals,
                resumable,
                new SessionProbe(context.Ledger, context.Options.Limits.KeepAlive, context.Time).Start),
            new BanningStep(bans, _refusals),
            _throttling = new ThrottlingStep(context.Throttle, _reports, context.Options.Login.MaxConcurrentPerAddress),
            context.Tickets is null ? null : new TicketStep(context.Tickets),
        ];
        return new LoginPipeline(context.Authenticator, [.. steps.OfType<ILoginStep>()]);
    }

    /// <summary>Builds what handles messages.</summary>
    /// <param name="login">Confirms current passwords.</param>
    /// <param name="endOtherSessions">Ends the sessions of a connection's user, except that connection.</param>
    public MessageDispatcher Messages(LoginPipeline login, Action<Connection> endOtherSessions) => new(
        context.Router,
        new KeyRequests(context.Ledger, context.Keys, context.Audit),
        new PasswordRequests(login, context.Accounts, context.PasswordRules, context.Audit, endOtherSessions),
        new CommandRequests(context.Accounts, context.Scopes, _refusals),
        new CallDispatcher(context.Calls, context.Scopes, events),
        events);
}
