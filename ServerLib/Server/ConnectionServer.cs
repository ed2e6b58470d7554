using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ServerLib.ActivityLog;
using ServerLib.Auditing;
using ServerLib.Authentication;
using ServerLib.Bans;
using ServerLib.Connections;
using ServerLib.Diagnostics;
using ServerLib.Messaging;
using ServerLib.RateLimiting;
using ServerLib.Server;

namespace ServerLib;

/// <summary>The server: accepts connections, and takes each through its life.</summary>
/// <remarks>
/// <c>AddServerLib</c> makes it, of the parts that are registered, and starts and stops it with the application; ask the services for it.
/// There is no other way to make one: for a loop of your own take the steps in <see cref="Srv"/>.
/// </remarks>
public sealed partial class ConnectionServer : IHostedService, IDisposable
{
    private readonly ServerOptions _options;
    private readonly ConnectionSettings _connectionSettings;
    private readonly ServerCertificate? _certificate;
    private readonly TimeProvider _time;
    private readonly ILog _log;
    private readonly ILogger<ConnectionServer> _logger;
    private readonly AuditTrail? _audit;
    private readonly BanList _bans;
    private readonly LoginThrottle _guesses;
    private readonly ConnectionLimiter _connectionLimiter;
    private readonly Refusals _refusals;
    private readonly ActivityLogSampler _arrivals;
    private readonly LoginThrottleReports _reports;
    private readonly IAuthenticator _authenticator;
    private readonly UserSessions _sessions;
    private readonly LoginRateLimiter _pace;
    private readonly RefusalTrail _refusalTrail;
    private readonly LogSampler _refusedPlaintext;
    private readonly LogSampler _refusedCertificates;
    private readonly LogSampler _lockedOut;
    private readonly LogSampler _busy;
    private readonly LogSampler _tooManyRegistered;
    private readonly LogSampler _tooOften;
    private readonly IUserDatabase _database;
    private readonly IConnectionLedger _ledger;
    private readonly IServiceScopeFactory _scopes;
    private readonly MessageDispatcher _messages;
    private readonly ConcurrentDictionary<long, Connection> _live = new();

    /// <summary>
    /// Puts a server together. What is not given: there is no TLS and no audit trail, the rules for passwords are those of the options, and
    /// who guesses is forgotten when the server stops.
    /// </summary>
    /// <exception cref="ServerLibException">
    /// The file that <see cref="NewPasswordOptions.DeniedFile"/> names can't be read, or <see cref="LoginOptions.PenaltyExempt"/> has
    /// something that is no address.
    /// </exception>
    internal ConnectionServer(
        IOptions<ServerOptions> options,
        ServerKey serverKey,
        IConnectionLedger ledger,
        IUserDatabase database,
        IAuthenticator authenticator,
        IServiceScopeFactory scopes,
        IMessageRouter router,
        ILog log,
        ILoggerFactory loggers,
        TimeProvider time,
        ServerCertificate? certificate = null,
        AuditTrail? audit = null,
        PasswordRules? passwordRules = null,
        LoginThrottle? guesses = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Value;
        _certificate = certificate;
        _time = time;
        _connectionSettings = new ConnectionSettings(_options, serverKey, certificate, time);
        _log = log;
        _logger = loggers.CreateLogger<ConnectionServer>();
        _audit = audit;

        // Accept.
        _bans = new BanList(time);
        _guesses = guesses ?? new LoginThrottle(_options, timeProvider: time);
        _connectionLimiter = new ConnectionLimiter(
            _options.Limits.MaxConnections,
            _options.Limits.MaxConnectionsPerAddress,
            _options.Limits.MaxUnauthenticatedPerAddress,
            _options.Limits.MaxUnauthenticated,
            Random.Shared.NextDouble);
        _refusals = new Refusals(log, time);
        _arrivals = new ActivityLogSampler(log, time, "connections without a login");

        // Login: what is in front of the authenticator for everyone; LoginOf adds what is one connection's.
        _reports = new LoginThrottleReports(log, audit, time);
        _refusalTrail = new RefusalTrail(audit, time);
        _authenticator = new BanningAuthenticator(
            new ThrottlingAuthenticator(authenticator, _guesses, _reports), _bans, time, _refusalTrail);
        _sessions = new UserSessions(_options.Limits.MaxSessionsPerUser, time);
        _pace = new LoginRateLimiter(time);
        _refusedPlaintext = new LogSampler(TimeSpan.FromMinutes(1), time);
        _refusedCertificates = new LogSampler(TimeSpan.FromMinutes(1), time);
        _lockedOut = new LogSampler(TimeSpan.FromMinutes(1), time);
        _busy = new LogSampler(TimeSpan.FromMinutes(1), time);
        _tooManyRegistered = new LogSampler(TimeSpan.FromMinutes(1), time);
        _tooOften = new LogSampler(TimeSpan.FromMinutes(1), time);
        _database = database;
        _ledger = ledger;

        // Messages.
        _scopes = scopes;
        var accounts = database as IUserAdministration;
        _messages = new MessageDispatcher(
            router,
            new KeyRequests(ledger, database as IUserKeys, audit),
            new PasswordRequests(
                audit is null ? _authenticator : new AuditingAuthenticator(_authenticator, audit),
                accounts,
                passwordRules ?? PasswordRules.Load(_options),
                audit,
                client => EndSessions(client.Alias, DisconnectReason.AccountChanged, except: client)),
            new CommandRequests(accounts, scopes, _refusalTrail),
            loggers.CreateLogger<MessageDispatcher>());
    }

    /// <summary>Where the server listens; <see langword="null"/> before it is started.</summary>
    public IPEndPoint? EndPoint { get; private set; }

    /// <summary>How many connections there are, logged in or not.</summary>
    public int ConnectionCount => _connectionLimiter.Count;

    /// <summary>When the server was started.</summary>
    public DateTimeOffset StartedAt { get; private set; }

    private IEnumerable<Connection> Live => _live.Select(pair => pair.Value);
}
