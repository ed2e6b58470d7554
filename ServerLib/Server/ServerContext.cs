using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ServerLib.Authentication;
using ServerLib.Diagnostics;
using ServerLib.Files;
using ServerLib.Messaging;

namespace ServerLib.Server;

/// <summary>What a server is built from. It does without what is <see langword="null"/>.</summary>
internal sealed record ServerContext
{
    /// <summary>The server's name, which its spans have as a tag; empty for the only server of a process.</summary>
    public string Name { get; init; } = "";

    /// <summary>The options in force, which a reload replaces.</summary>
    public required IOptions<ServerOptions> CurrentOptions { get; init; }

    public ServerOptions Options => CurrentOptions.Value;

    public required ServerKey ServerKey { get; init; }

    public required IConnectionLedger Ledger { get; init; }

    public required IUserDatabase Database { get; init; }

    public required IAuthenticator Authenticator { get; init; }

    public required LoginThrottle Throttle { get; init; }

    public required PasswordRules PasswordRules { get; init; }

    public required IServiceScopeFactory Scopes { get; init; }

    public required IMessageRouter Router { get; init; }

    public required CallTable Calls { get; init; }

    public required ILog Log { get; init; }

    public required ILoggerFactory Loggers { get; init; }

    public required TimeProvider Time { get; init; }

    public required ServerProblems Problems { get; init; }

    public required ServerMetrics Metrics { get; init; }

    public ServerStateSource State { get; init; } = new();

    public IBodySerializer? Serializer { get; init; }

    public IUserAdministration? Accounts { get; init; }

    public IUserKeys? Keys { get; init; }

    public TicketIssuer? Tickets { get; init; }

    public IBanDatabase? BanDatabase { get; init; }

    public ServerCertificate? Certificate { get; init; }

    public AuditTrail? Audit { get; init; }

    /// <summary>
    /// Records in the audit trail, once, that a connection has logged off. The database can't: it may no longer have the account, and does
    /// not tell a user's sessions apart.
    /// </summary>
    public void RecordLogoff(Connection client)
    {
        if (client.Alias.Length > 0 && client.IsFirstLogoff())
            Audit?.Write(AuditEvent.Logoff, client.Alias, AddressText.From(client.RemoteEndPoint));
    }
}
