using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ServerLib.Admission;
using ServerLib.Diagnostics;
using ServerLib.Serving;
using ServerLib.Transport;

namespace ServerLib;

/// <summary>The server: accepts connections, and takes each through its life.</summary>
public sealed partial class ConnectionServer : IHostedService, IDisposable
{
    private readonly ServerOptions _options;
    private readonly ServerKey _serverKey;
    private readonly ServerCertificate? _certificate;
    private readonly AuditTrail? _audit;
    private readonly IConnectionLedger _ledger;
    private readonly IUserDatabase _database;
    private readonly IAuthenticator _authenticator;
    private readonly IServiceScopeFactory _scopes;
    private readonly MessageDispatcher _messages;
    private readonly ILog _log;
    private readonly ILogger<ConnectionServer> _logger;
    private readonly TimeProvider _time;
    private readonly AdmissionGate _gate;
    private readonly BanList _bans;
    private readonly UserSessions _sessions;
    private readonly Refusals _refusals;
    private readonly Tally _refusedPlaintext;
    private readonly Tally _lockedOut;
    private readonly GuessBook _guesses;
    private readonly GuessReports _reports;
    private readonly ConcurrentDictionary<long, Connection> _live = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IConnectionListener? _listener;
    private SilenceWatch? _silence;
    private Task _accepting = Task.CompletedTask;
    private CancellationTokenSource _outOfTime = new();

    /// <summary>Puts a server together; <c>AddServerLib</c> does it for you.</summary>
    public ConnectionServer(
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
        GuessBook? guesses = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Value;
        _serverKey = serverKey;
        _certificate = certificate;
        _audit = audit;
        _ledger = ledger;
        _database = database;
        _bans = new BanList(time);
        _guesses = guesses ?? new GuessBook(_options, timeProvider: time);
        _reports = new GuessReports(log, audit);
        _authenticator = new BanningAuthenticator(new ThrottlingAuthenticator(authenticator, _guesses, _reports), _bans, time);
        _scopes = scopes;
        _log = log;
        _logger = loggers.CreateLogger<ConnectionServer>();
        var accounts = database as IUserAdministration;
        _messages = new MessageDispatcher(
            router,
            new KeyRequests(ledger, database as IUserKeys, audit),
            loggers.CreateLogger<MessageDispatcher>(),
            new PasswordRequests(
                _authenticator,
                accounts,
                passwordRules ?? PasswordRules.Load(_options),
                audit,
                client => EndSessions(client.Alias, DisconnectReason.AccountChanged, except: client)),
            new CommandRequests(accounts, scopes));
        _time = time;
        _gate = new AdmissionGate(
            _options.MaxConnections,
            _options.MaxConnectionsPerAddress,
            EarlyDrop.Parse(_options.MaxUnauthenticated),
            Random.Shared.NextDouble);
        _sessions = new UserSessions(_options.MaxSessionsPerUser);
        _refusals = new Refusals(log, time);
        _refusedPlaintext = new Tally(TimeSpan.FromMinutes(1), time);
        _lockedOut = new Tally(TimeSpan.FromMinutes(1), time);
    }

    /// <summary>Where the server listens; <see langword="null"/> before it is started.</summary>
    public IPEndPoint? EndPoint { get; private set; }

    /// <summary>How many connections there are, logged in or not.</summary>
    public int ConnectionCount => _gate.Inside;

    /// <summary>When the server was started.</summary>
    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>Starts to listen, once it knows who is banned.</summary>
    /// <param name="cancellationToken">Gives up waiting for the database.</param>
    /// <exception cref="ServerLibException">
    /// The bans can't be read; or it can't listen: then the cause is a <see cref="System.Net.Sockets.SocketException"/>.
    /// </exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LoadBansAsync(cancellationToken).ConfigureAwait(false);
            Start(Listen());
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            throw ServerLibException.Wrap(e);
        }
    }

    /// <summary>
    /// Accepts no more, lets the handlers say good-bye, logs everyone off and saves, within
    /// <see cref="ServerOptions.ShutdownTimeout"/>.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting for handlers that don't return.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_listener is null || _stopping.IsCancellationRequested)
            return;
        _log.Logging("[ COMMAND ] shutdown command executed... terminating server session.");
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
        _listener.Dispose();
        _outOfTime.Dispose();
        _outOfTime = new CancellationTokenSource(_options.ShutdownTimeout, _time);
        using CancellationTokenRegistration impatient = cancellationToken.Register(_outOfTime.Cancel);
        foreach (Connection client in _live.Values)
            client.End(DisconnectReason.ServerShutdown);
        SignalIfDrained();
        try
        {
            await _drained.Task.WaitAsync(_outOfTime.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            LogNotDrained(_live.Count);
        }

        _ledger.Purge();
        await AttemptAsync("log everyone off", () => _database.PurgeAsync(CancellationToken.None)).ConfigureAwait(false);
        await AttemptAsync("save", () => _database.SaveAsync(CancellationToken.None)).ConfigureAwait(false);
        _guesses.Save();
        if (_audit is not null)
        {
            _audit.Write(AuditEvent.Stopped, ServerOptions.ServerName);
            await AttemptAsync("write down the audit trail's head", () => new(_audit.TellHeadAsync())).ConfigureAwait(false);
        }

        _log.Logging("EXIT");
    }

    /// <summary>Frees what the server holds, once it is stopped.</summary>
    public void Dispose()
    {
        _listener?.Dispose();
        _silence?.Dispose();
        _stopping.Dispose();
        _outOfTime.Dispose();
    }

    private IConnectionListener Listen() => _options.Transport == TransportKind.Automatic && EpollTransport.IsSupported
        ? EpollListener.Listen(_options, _logger, _options.EventLoops)
        : SocketListener.Listen(_options);

    internal async Task StartAsync(IConnectionListener listener)
    {
        await LoadBansAsync(CancellationToken.None).ConfigureAwait(false);
        Start(listener);
    }

    private void Start(IConnectionListener listener)
    {
        _listener = listener;
        EndPoint = listener.LocalEndPoint as IPEndPoint;
        StartedAt = _time.GetUtcNow();
        _silence = new SilenceWatch(_live.Select(pair => pair.Value), _options, _time);
        ulong? allowed = DescriptorLimit.Current;
        if (DescriptorLimit.IsTooLow(allowed, _options.MaxConnections, out long needed))
            LogFewDescriptors(allowed, _options.MaxConnections, needed);
        _accepting = Task.Run(AcceptAsync, CancellationToken.None);
        LogListening(listener.LocalEndPoint);
        _audit?.Write(AuditEvent.Started, ServerOptions.ServerName, listener.LocalEndPoint.ToString() ?? "");
        _certificate?.Tell();
    }
}
