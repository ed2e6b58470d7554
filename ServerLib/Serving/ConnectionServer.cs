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
    private readonly IConnectionLedger _ledger;
    private readonly IUserDatabase _database;
    private readonly IAuthenticator _authenticator;
    private readonly IServiceScopeFactory _scopes;
    private readonly MessageDispatcher _messages;
    private readonly ILog _log;
    private readonly ILogger<ConnectionServer> _logger;
    private readonly TimeProvider _time;
    private readonly AdmissionGate _gate;
    private readonly Tally _refusedPlaintext;
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
        ServerCertificate? certificate = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Value;
        _serverKey = serverKey;
        _certificate = certificate;
        _ledger = ledger;
        _database = database;
        _authenticator = authenticator;
        _scopes = scopes;
        _log = log;
        _logger = loggers.CreateLogger<ConnectionServer>();
        _messages = new MessageDispatcher(router, ledger, loggers.CreateLogger<MessageDispatcher>());
        _time = time;
        _gate = new AdmissionGate(_options.MaxConnections, time);
        _refusedPlaintext = new Tally(TimeSpan.FromMinutes(1), time);
    }

    /// <summary>Where the server listens; <see langword="null"/> before it is started.</summary>
    public IPEndPoint? EndPoint { get; private set; }

    /// <summary>How many connections there are, logged in or not.</summary>
    public int ConnectionCount => _gate.Inside;

    /// <summary>When the server was started.</summary>
    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>Starts to listen.</summary>
    /// <param name="cancellationToken">Not used: starting never waits.</param>
    /// <exception cref="ServerLibException">It can't listen; the cause is a <see cref="System.Net.Sockets.SocketException"/>.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            return StartAsync(Listen());
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

    internal Task StartAsync(IConnectionListener listener)
    {
        _listener = listener;
        EndPoint = listener.LocalEndPoint as IPEndPoint;
        StartedAt = _time.GetUtcNow();
        _silence = new SilenceWatch(_live.Select(pair => pair.Value), _options, _time);
        _accepting = Task.Run(AcceptAsync, CancellationToken.None);
        LogListening(listener.LocalEndPoint);
        return Task.CompletedTask;
    }

    /// <summary>Accepts until the server stops, whatever goes wrong.</summary>
    private async Task AcceptAsync()
    {
        bool failing = false;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Connection client =
                    await Srv.AcceptClientAsync(_listener!, _options, _serverKey, _certificate, _time, _stopping.Token)
                        .ConfigureAwait(false);
                failing = false;
                Admit(client);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Out of descriptors, most likely: once is worth a line, and those that are connected may free some.
                if (!failing)
                    LogAcceptFailed(e);
                failing = true;
                await Task.Delay(TimeSpan.FromMilliseconds(100), _time, _stopping.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Admit(Connection client)
    {
        if (!_gate.TryEnter())
        {
            if (_gate.TryReport(out long refused))
                _log.Logging($"[ ALERT ] server is full: {refused} connections refused, the last one @{client.RemoteEndPoint}");
            client.End(DisconnectReason.ServerFull);
            _ = client.DisposeAsync().AsTask();
            return;
        }

        ServerMetrics.Connected();
        _live[client.Id] = client;
        _ = Task.Run(() => RunAsync(client));
    }

    /// <summary>A connection's life, from top to bottom.</summary>
    private async Task RunAsync(Connection client)
    {
        AsyncServiceScope? scope = null;
        IMessageHandler? handler = null;
        try
        {
            _log.Logging($"[ CONNECTION - ATTEMPT ] accepting new connection @{client.RemoteEndPoint}");
            if (!await Srv.ConnectClientAsync(client, _ledger, _database, _authenticator).ConfigureAwait(false))
                return;
            _log.Logging($"[ CONNECTION - SUCCESS ] accepted new connection @{client.RemoteEndPoint}: Alias - {client.Alias}");
            _log.Logging($"[ STATUS ] clients connected: {_ledger.Count}");

            scope = _scopes.CreateAsyncScope();
            handler = scope.Value.ServiceProvider.GetRequiredService<IMessageHandler>();
            client.RunsCodeOf(handler);
            await _messages.TellAsync(client, handler, 0, static (h, c, _) => h.OnConnectedAsync(c, c.Aborted)).ConfigureAwait(false);
            while (await client.NextAsync().ConfigureAwait(false) is (true, var message))
            {
                if (!_messages.Dispatch(client, handler, message, out ValueTask waiting))
                    continue;
                client.BeginHandling();
                await waiting.ConfigureAwait(false);
                await client.EndHandlingAsync().ConfigureAwait(false);
            }

            if (client.Reason == DisconnectReason.ServerShutdown)
            {
                await _messages.TellAsync(client, handler, _outOfTime.Token, static (h, c, time) => h.OnServerStoppingAsync(c, time))
                    .ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            LogConnectionFailed(client.RemoteEndPoint, e);
        }
        finally
        {
            client.End(DisconnectReason.ServerError);
            await LeaveAsync(client, handler).ConfigureAwait(false);
            if (scope is { } created)
                await AttemptAsync("end the handler", created.DisposeAsync).ConfigureAwait(false);
            await AttemptAsync("close the connection", client.DisposeAsync).ConfigureAwait(false);
            _live.TryRemove(client.Id, out _);
            _gate.Leave();
            ServerMetrics.Disconnected(client.Reason);
            SignalIfDrained();
        }
    }

    /// <summary>Off the ledger, logged off in the database, the handler told.</summary>
    private async Task LeaveAsync(Connection client, IMessageHandler? handler)
    {
        if (client.Alias.Length == 0)
        {
            _log.Logging($"[ CONNECTION - END ] @{client.RemoteEndPoint} before login: {client.Reason}");
            if (client.Reason == DisconnectReason.PlaintextRefused && _refusedPlaintext.AddAndReport(out long refused))
            {
                _log.Logging(
                    $"[ ALERT ] {refused} refused that wanted to log in without TLS, the last one @{client.RemoteEndPoint}: "
                    + "they should use TLS, or the option Plaintext should allow it");
            }

            return;
        }

        _log.Logging($"[ ALERT ] client {client.Alias} is disconnecting.");
        _ledger.Remove(client);
        await AttemptAsync("log a client off", () => _database.LogDisconnectionAsync(client.Alias)).ConfigureAwait(false);
        if (handler is not null)
        {
            await AttemptAsync("leave the groups", () => _messages.LeaveGroupsAsync(client, handler)).ConfigureAwait(false);
            await _messages.TellAsync(client, handler, 0, static (h, c, _) => h.OnDisconnectedAsync(c, c.Reason)).ConfigureAwait(false);
        }

        _log.Logging($"[ CONNECTION - END ] @{client.RemoteEndPoint}: Alias - {client.Alias}: {client.Reason}");
        _log.Logging($"[ STATUS ] clients connected: {_ledger.Count}");
    }

    /// <summary>Tries one of the steps at the end, of which none may keep the next from being taken.</summary>
    private async ValueTask AttemptAsync(string step, Func<ValueTask> attempt)
    {
        try
        {
            await attempt().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            LogStepFailed(step, e);
        }
    }

    private void SignalIfDrained()
    {
        if (_stopping.IsCancellationRequested && _live.IsEmpty)
            _drained.TrySetResult();
    }
}
