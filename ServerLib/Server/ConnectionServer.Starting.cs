using System.Net;
using ServerLib.Server;
using ServerLib.Transport;

namespace ServerLib;

/// <content>Starting and stopping.</content>
public sealed partial class ConnectionServer
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IConnectionListener? _listener;
    private SilenceWatch? _silence;
    private Task _accepting = Task.CompletedTask;
    private CancellationTokenSource _outOfTime = new();

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
        foreach (Connection client in Live)
            client.End(DisconnectReason.ServerShutdown);
        SignalIfDrained();
        try
        {
            await _drained.Task.WaitAsync(_outOfTime.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            LogNotDrained(_live.Count);
            foreach (Connection client in Live)
                WriteLogoff(client);
        }

        _ledger.Purge();
        await AttemptAsync("log everyone off", () => _database.PurgeAsync(CancellationToken.None)).ConfigureAwait(false);
        await AttemptAsync("save", () => _database.SaveAsync(CancellationToken.None)).ConfigureAwait(false);
        _guesses.Save();
        if (_audit is not null)
        {
            _audit.SumUp();
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

    internal async Task StartAsync(IConnectionListener listener)
    {
        await LoadBansAsync(CancellationToken.None).ConfigureAwait(false);
        Start(listener);
    }

    private IConnectionListener Listen() => _options.Transport == TransportKind.Automatic && EpollTransport.IsSupported
        ? EpollListener.Listen(_options, _logger, _options.EventLoops)
        : SocketListener.Listen(_options);

    private void Start(IConnectionListener listener)
    {
        _listener = listener;
        EndPoint = listener.LocalEndPoint as IPEndPoint;
        StartedAt = _time.GetUtcNow();
        _silence = new SilenceWatch(Live, _options, _time);
        ulong? allowed = DescriptorLimit.Current;
        if (DescriptorLimit.IsTooLow(allowed, _options.Limits.MaxConnections, out long needed))
            LogFewDescriptors(allowed, _options.Limits.MaxConnections, needed);
        _accepting = Task.Run(AcceptAsync, CancellationToken.None);
        LogListening(listener.LocalEndPoint);
        _audit?.Write(AuditEvent.Started, ServerOptions.ServerName, listener.LocalEndPoint.ToString() ?? "");
        _certificate?.Tell();
    }

    private void SignalIfDrained()
    {
        if (_stopping.IsCancellationRequested && _live.IsEmpty)
            _drained.TrySetResult();
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
}
