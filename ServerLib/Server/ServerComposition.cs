using ServerLib.Auditing;
using ServerLib.Authentication;
using ServerLib.Bans;
using ServerLib.Connections;
using ServerLib.Diagnostics;
using ServerLib.Messaging;
using ServerLib.Protocol;
using ServerLib.RateLimiting;

namespace ServerLib.Server;

/// <summary>Builds the parts of a server that consist of several others.</summary>
/// <param name="context">What the server is built from.</param>
/// <param name="events">The server's events.</param>
internal sealed class ServerComposition(ServerContext context, ServerEvents events)
{
    private readonly LoginThrottleReports _reports = new(events, context.Audit);
    private readonly RefusalTrail _refusals = new(context.Audit, context.Time);

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

        // A connection that still has a proxy's address is the proxy's own: it checks whether the server is there.
        AddressBlock[] healthChecks =
        [
            .. context.Options.Login.HealthCheckAddresses.Select(ParseHealthCheckAddress),
            .. ListenEndpoint.Of(context.Options).SelectMany(endpoint => endpoint.Rules.Proxies),
        ];
        return new ConnectionAdmission(bans, context.Throttle, _reports, limiter, healthChecks);
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
            new LoggingStep(events),
            new SessionStep(
                new UserSessions(context.Options.Limits.MaxSessionsPerUser, context.Time),
                new LoginRateLimiter(context.Time),
                _refusals,
                resumable,
                new SessionProbe(context.Ledger, context.Options.Limits.KeepAlive, context.Time).Start),
            new BanningStep(bans, _refusals),
            new ThrottlingStep(context.Throttle, _reports, context.Options.Login.MaxConcurrentPerAddress),
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
