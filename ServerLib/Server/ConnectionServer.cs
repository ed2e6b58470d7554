using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ServerLib.Auditing;
using ServerLib.Authentication;
using ServerLib.Bans;
using ServerLib.Connections;
using ServerLib.Diagnostics;
using ServerLib.Files;
using ServerLib.Messaging;
using ServerLib.Protocol;
using ServerLib.RateLimiting;
using ServerLib.Transport;

namespace ServerLib.Server;

/// <summary>The server: accepts connections, and runs each of them to its end.</summary>
/// <remarks>
/// <c>AddServerLib</c> creates it from the registered services, and starts and stops it with the application, which sees it as an
/// <see cref="IServerControl"/>.
/// </remarks>
internal sealed class ConnectionServer : IServerControl, IHostedService, IDisposable, IAsyncDisposable
{
    private readonly ServerContext _context;
    private readonly ServerEvents _events;
    private readonly ConnectionRegistry _registry;
    private readonly TrafficHistory _traffic;
    private readonly PendingLogins _pending = new();
    private readonly ConnectionAdmission _admission;
    private readonly BanService _bans;
    private readonly ConnectionDispatcher _dispatcher;
    private readonly LifeCycle _lifeCycle = new();
    private readonly CancellationTokenSource _shutdownDeadline = new();
    private readonly ProxyIntake _proxies;
    private volatile IReadOnlyList<Acceptor> _acceptors = [];
    private SilenceWatch? _silence;
    private TicketRenewals? _renewals;

    /// <summary>Builds the server's parts.</summary>
    /// <exception cref="ServerLibException"><see cref="LoginOptions.PenaltyExempt"/> has an invalid address.</exception>
    public ConnectionServer(ServerContext context)
    {
        _context = context;
        ServerOptions options = context.Options;
        TimeProvider time = context.Time;
        ServerCertificate? certificate = context.Certificate;
        context.Metrics.ObserveCertificate(certificate is null ? null : () => certificate.RemainingDays);
        var tracing = new ServerTracing(context.Name, () => context.Options.SlowHandlerThreshold, time);
        _events = new ServerEvents(context.Log, context.Loggers.CreateLogger<ConnectionServer>(), context.Metrics, tracing, context.Problems, time);
        _traffic = new TrafficHistory(context.Metrics.Traffic, context.Metrics.Messages, time);
        _registry = new ConnectionRegistry();
        var bans = new BanList(time);
        var composition = new ServerComposition(context, _events);
        _bans = new BanService(bans, _registry, context, _events);
        _admission = composition.Admission(bans);
        ResumableSessions? sessions = options.Sessions.ResumeWindow > TimeSpan.Zero ? new ResumableSessions(options.Sessions, _events) : null;
        LoginPipeline login = composition.Login(bans, _pending, sessions);
        MessageDispatcher messages = composition.Messages(
            login, client => EndSessions(client.Alias, DisconnectReason.AccountChanged, except: client));
        var runner = new ConnectionRunner(context, _admission, login, messages, _registry, _events, _shutdownDeadline.Token);
        var refusals = new RefusalNotices(time, _shutdownDeadline.Token);
        _dispatcher = new ConnectionDispatcher(_admission, _registry, runner, refusals, _events, composition.Connections(sessions));
        _proxies = new ProxyIntake(_dispatcher, _events, time);
        OptionsChange = new OptionsChange(context, _events, _bans, _admission, composition, () => _silence);
    }

    /// <summary>Changes the options of the running server.</summary>
    public OptionsChange OptionsChange { get; }

    /// <inheritdoc/>
    public IPEndPoint? EndPoint => EndPoints.OfType<IPEndPoint>().FirstOrDefault();

    /// <inheritdoc/>
    public IReadOnlyList<EndPoint> EndPoints => [.. _acceptors.Select(acceptor => acceptor.EndPoint).OfType<EndPoint>()];

    /// <inheritdoc/>
    public int ConnectionCount => _admission.Count;

    /// <inheritdoc/>
    public ServerState State => _context.State.Current;

    /// <inheritdoc/>
    public DateTimeOffset StartedAt { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyList<Ban> Bans => _bans.Bans;

    /// <inheritdoc/>
    public bool KeepsBans => _bans.KeepsBans;

    /// <inheritdoc/>
    public TrafficReport GetTraffic(int seconds, int top) => _traffic.Report(seconds, top);

    /// <summary>Loads the bans, and starts to listen.</summary>
    /// <param name="cancellationToken">Stops waiting for the database.</param>
    /// <exception cref="InvalidOperationException">
    /// The server has been started or disposed before. After a failed start, it can be started again.
    /// </exception>
    /// <exception cref="ServerLibException">
    /// The bans can't be read; or the server can't listen: then the message names the end point and the option to change.
    /// </exception>
    public Task StartAsync(CancellationToken cancellationToken) => StartAsync(
        () => ListenerFactory.Open(_context.Options, _context.Loggers.CreateLogger<ConnectionServer>()), cancellationToken);

    /// <summary>
    /// Stops accepting, calls each handler's <see cref="IMessageHandler.OnServerStoppingAsync"/>, logs all users off and saves the accounts, within
    /// <see cref="ServerOptions.ShutdownTimeout"/>. Does nothing if the server is not running.
    /// </summary>
    /// <param name="cancellationToken">Stops waiting for handlers that don't return.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!_lifeCycle.HasStarted)
            return;
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static server => ((ConnectionServer)server!).EndShutdownWait(), this);
        await _lifeCycle.StopAsync(StopAsync).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task DrainAsync(CancellationToken cancellationToken = default)
    {
        _lifeCycle.ThrowIfNotStarted();
        await StopAcceptingAsync().ConfigureAwait(false);
        await _registry.WhenEmptyAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task PingAsync(CancellationToken cancellationToken = default)
    {
        _lifeCycle.ThrowIfNotStarted();
        await Task.WhenAll([.. _acceptors.Select(acceptor => acceptor.PingAsync()), PingDatabaseAsync(cancellationToken)])
            .WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task RunConnectionAsync(IDuplexPipe pipe, ConnectionFacts facts)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        ArgumentNullException.ThrowIfNull(facts);
        _lifeCycle.ThrowIfNotStarted();
        return _dispatcher.RunAsync(new PipeConnection(pipe, facts), EndpointRules.Default);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Connection> Kick(string username, string? reason = null, string actor = "")
    {
        ArgumentNullException.ThrowIfNull(username);
        List<Connection> kicked = _registry.End(DisconnectReason.Kicked, client => UserName.Same(client.Alias, username), reason);
        foreach (Connection client in kicked)
            _context.Audit?.Write(AuditEvent.Kicked, client.Alias, AddressText.From(client.RemoteEndPoint), actor);
        return kicked;
    }

    /// <inheritdoc/>
    public int EndSessions(string username, DisconnectReason reason, Connection? except = null)
    {
        ArgumentNullException.ThrowIfNull(username);

        // In this order: a login leaves the pending ones only when its connection has its name.
        int pending = _pending.Invalidate(username, reason);
        return pending + _registry.End(reason, client => client != except && UserName.Same(client.Alias, username)).Count;
    }

    /// <inheritdoc/>
    public ValueTask<int> BanAsync(Ban ban, string byAddress = "", CancellationToken cancellationToken = default) =>
        _bans.BanAsync(ban, byAddress, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> ImportBanAsync(Ban ban, string by = "", string byAddress = "", CancellationToken cancellationToken = default) =>
        _bans.ImportBanAsync(ban, by, byAddress, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> UnbanAsync(string target, string by = "", string byAddress = "", CancellationToken cancellationToken = default) =>
        _bans.UnbanAsync(target, by, byAddress, cancellationToken);

    /// <summary>
    /// Stops the server at once if it is running: nothing waits for handlers. Blocks; prefer <see cref="DisposeAsync"/>.
    /// </summary>
    public void Dispose() => BlockingDisposal.Dispose(this);

    /// <summary>
    /// Stops the server at once if it is running: nothing waits for handlers. To wait for them, call
    /// <see cref="StopAsync(CancellationToken)"/> first.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        EndShutdownWait();
        await _lifeCycle.DisposeAsync(StopAsync).ConfigureAwait(false);
        _events.Dispose();
        _shutdownDeadline.Dispose();
    }

    /// <summary>Starts to accept on a listener, which belongs to the server from now on.</summary>
    public Task StartAsync(IConnectionListener listener) => StartAsync(() => [new(listener, EndpointRules.Default)], CancellationToken.None);

    /// <inheritdoc/>
    public bool CanBan(string text, out BanTarget target, [NotNullWhen(false)] out string? problem) =>
        _bans.CanBan(text, out target, out problem);

    /// <inheritdoc/>
    public bool CanUnban(string text, out BanTarget target, [NotNullWhen(false)] out string? problem) =>
        _bans.CanUnban(text, out target, out problem);

    /// <summary>Makes a shutdown wait for handlers no longer. One that begins later does not wait either.</summary>
    public void EndShutdownWait()
    {
        try
        {
            _shutdownDeadline.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The server has been disposed, so nothing waits.
        }
    }

    private Task StartAsync(Func<IReadOnlyList<Listening>> listen, CancellationToken cancellationToken) => _lifeCycle.StartAsync(
        async () =>
        {
            try
            {
                await _bans.LoadAsync(cancellationToken).ConfigureAwait(false);
                Run(listen());
                _context.State.Started();
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                throw ServerLibException.Wrap(e, nameof(StartAsync));
            }
        },
        cancellationToken);

    /// <summary>Begins to accept on listeners, or closes them.</summary>
    private void Run(IReadOnlyList<Listening> listeners)
    {
        try
        {
            ServerLimits limits = _context.Options.Limits;
            ulong? allowed = DescriptorLimit.Current;
            if (DescriptorLimit.IsTooLow(allowed, limits.MaxConnections, out long needed))
                _events.TooFewDescriptors(allowed, limits.MaxConnections, needed);
            StartedAt = _context.Time.GetUtcNow();
            EndPoint[] endPoints = [.. listeners.Select(listening => listening.Listener.LocalEndPoint).OfType<EndPoint>()];
            foreach (EndPoint endPoint in endPoints)
                _events.Listening(endPoint);
            _context.Audit?.Write(AuditEvent.Started, ServerOptions.ServerName, string.Join(", ", endPoints.AsEnumerable()));
            _context.Certificate?.LogInUse();
            _traffic.Start(_registry.Connections);
            _silence = new SilenceWatch(_registry.Connections, limits, _context.Time);
            if (_context.Tickets is { } tickets)
                _renewals = new TicketRenewals(_registry.Connections, tickets, _context.Time, _context.Loggers.CreateLogger<ConnectionServer>());
            _acceptors =
            [
                .. listeners.Select(listening => new Acceptor(
                    listening.Listener, new AcceptLoop(listening, _dispatcher, _proxies, _events, _context.Time))),
            ];
        }
        catch
        {
            foreach (Listening listening in listeners)
                listening.Listener.Dispose();
            throw;
        }
    }

    private async Task PingDatabaseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _context.Database.PingAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A failure is an answer.
        }
    }

    private async Task StopAcceptingAsync()
    {
        _context.State.Draining();
        _registry.Close();
        await Task.WhenAll(_acceptors.Select(acceptor => acceptor.DisposeAsync().AsTask())).ConfigureAwait(false);
        _acceptors = [];
    }

    private async Task StopAsync()
    {
        _events.Stopping();
        await StopAcceptingAsync().ConfigureAwait(false);
        await new Shutdown(_context, _registry, _events, _shutdownDeadline).RunAsync().ConfigureAwait(false);
        _silence?.Dispose();
        _traffic.Dispose();
        _renewals?.Dispose();
        _context.State.Stopped();
        _events.Stopped();
    }
}
