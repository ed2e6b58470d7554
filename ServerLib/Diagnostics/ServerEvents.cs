using System.Net;
using Microsoft.Extensions.Logging;
using ServerLib.ActivityLog;
using ServerLib.Protocol;
using ServerLib.RateLimiting;

namespace ServerLib.Diagnostics;

/// <summary>
/// The events of one server. Each is defined once, with all that it produces: the log message, the metric, and the line in the activity
/// log. Events that clients can cause without end share lines, so that nobody can fill the log.
/// </summary>
internal sealed partial class ServerEvents : IDisposable
{
    private readonly GuardedLog _log;
    private readonly ILogger _logger;
    private readonly ServerMetrics _metrics;
    private readonly ServerProblems _problems;
    private readonly ActivityLogSampler _attempts;
    private readonly ActivityLogSampler _penalties;
    private readonly ActivityLogSampler _delays;
    private readonly RefusalLines _refusals;
    private readonly FailureSampler _failures;
    private readonly LogSampler _failedLogins;
    private volatile bool _areLoginsFailing;

    /// <summary>Creates the events of a server.</summary>
    /// <param name="log">The activity log.</param>
    /// <param name="logger">The application's log.</param>
    /// <param name="metrics">The server's metrics, which this object disposes.</param>
    /// <param name="tracing">The server's spans, which this object disposes.</param>
    /// <param name="problems">The server's problems.</param>
    /// <param name="time">The clock.</param>
    public ServerEvents(ILog log, ILogger logger, ServerMetrics metrics, ServerTracing tracing, ServerProblems problems, TimeProvider time)
    {
        _problems = problems;
        _logger = logger;
        var guarded = new GuardedLog(log, ActivityLogFailed, () => problems.Resolve(ProblemNames.ActivityLogThrows));
        _log = guarded;
        _metrics = metrics;
        Tracing = tracing;
        Handlers = new HandlerTiming(metrics, tracing, time);
        _attempts = new ActivityLogSampler(guarded, time, "connections that have not logged in");
        _penalties = new ActivityLogSampler(guarded, time, "refused addresses");
        _delays = new ActivityLogSampler(guarded, time, "delayed accounts");
        _failedLogins = new LogSampler(TimeSpan.FromMinutes(1), time);
        _refusals = new RefusalLines(guarded, time);
        _failures = new FailureSampler(time);
    }

    /// <summary>The server's spans.</summary>
    public ServerTracing Tracing { get; }

    /// <summary>Measures how long handlers take.</summary>
    public HandlerTiming Handlers { get; }

    private void ActivityLogFailed(Exception exception)
    {
        LogActivityLogFailed(exception);
        _problems.Report(ProblemNames.ActivityLogThrows, exception.Message);
    }

    /// <summary>The server is stopping.</summary>
    public void Stopping() => _log.Logging("[ COMMAND ] shutdown command executed... terminating server session.");

    /// <summary>The server has stopped.</summary>
    public void Stopped() => _log.Logging("EXIT");

    /// <summary>The options were reloaded.</summary>
    public void OptionsReloaded(string detail) =>
        Write($"[ STATUS ] configuration reloaded; {detail}", new("event", "reloaded"), new("detail", detail));

    /// <summary>The options were not reloaded, because they are invalid.</summary>
    public void OptionsRefused(string problems) => _log.Logging(new ActivityEntry(
        $"[ ALERT ] configuration not reloaded: {problems}", LogLevel.Warning, [new("event", "reload-refused"), new("detail", problems)]));

    /// <summary>A ban in the database is not in force, because it is invalid.</summary>
    public void StoredBanInvalid(string target)
    {
        LogStoredBanInvalid(target);
        _problems.Report(ProblemNames.Bans, $"Stored bans are invalid and not in force, the last one of {target}");
    }

    /// <summary>No connection can be accepted.</summary>
    public void AcceptFailed(Exception exception)
    {
        LogAcceptFailed(exception);
        _problems.Report(ProblemNames.Accept, $"Connections cannot be accepted: {exception.GetBaseException().Message}");
    }

    /// <summary>Connections can be accepted again.</summary>
    public void AcceptRecovered() => _problems.Resolve(ProblemNames.Accept);

    /// <summary>An admin has banned a user or addresses.</summary>
    /// <param name="target">The user, address or range.</param>
    /// <param name="details">How long, and why.</param>
    /// <param name="ended">The number of connections that this has ended.</param>
    public void Banned(string target, string details, int ended) =>
        Write(
            $"[ ALERT ] banned {TextSanitizer.Escape(target)} {TextSanitizer.Escape(details)}; connections ended: {ended}",
            new("event", "banned"), new("target", target), new("details", details), new("ended", ended));

    /// <summary>An admin has lifted a ban.</summary>
    public void Unbanned(string target) =>
        Write($"[ ALERT ] unbanned {TextSanitizer.Escape(target)}", new("event", "unbanned"), new("target", target));

    /// <summary>A connection was closed at accept.</summary>
    public void ConnectionRefused(DisconnectReason reason, EndPoint from)
    {
        _metrics.Refused(reason);
        _refusals.Connections[reason].Add(from);
    }

    /// <summary>A connection of a proxy did not begin with a valid PROXY header.</summary>
    public void ProxyHeaderMissing(EndPoint from) => _refusals.MissingProxyHeaders.Add(from);

    /// <summary>A connection was accepted.</summary>
    public void ConnectionAccepted() => _metrics.Connected();

    /// <summary>An accepted connection begins its login.</summary>
    /// <param name="from">The client's end point.</param>
    /// <param name="source">The client's addresses; <see langword="null"/> where every connection is logged.</param>
    /// <returns>Whether the activity log gets lines of this connection before it has logged in.</returns>
    public bool ConnectionStarted(EndPoint from, AddressBlock? source)
    {
        bool isLogged = source is not { } block || _attempts.TryPass(block);
        if (isLogged)
            Write($"[ CONNECTION - ATTEMPT ] accepting new connection @{from}", new("event", "connection"), Address(from));
        return isLogged;
    }

    /// <summary>A connection has logged in.</summary>
    /// <param name="from">The client's end point.</param>
    /// <param name="alias">The user's name.</param>
    /// <param name="connected">The number of connections that are logged in.</param>
    /// <param name="source">The client's addresses, where <see cref="ConnectionStarted"/> has counted a line for them.</param>
    public void ConnectionLoggedIn(EndPoint from, string alias, int connected, AddressBlock? source)
    {
        if (source is { } block)
            _attempts.Refund(block);
        Write($"[ CONNECTION - SUCCESS ] accepted new connection @{from}: Alias - {alias}", new("event", "login"), Address(from), User(alias));
        WriteCount(connected);
    }

    /// <summary>A connection has ended before it has logged in.</summary>
    /// <param name="from">The client's end point.</param>
    /// <param name="reason">The reason.</param>
    /// <param name="isLogged">What <see cref="ConnectionStarted"/> has returned.</param>
    public void ConnectionEndedBeforeLogin(EndPoint from, DisconnectReason reason, bool isLogged)
    {
        if (isLogged)
            Write($"[ CONNECTION - END ] @{from} before login: {reason}", new("event", "end"), Address(from), new("reason", reason));
        if (_refusals.EndsBeforeLogin.TryGetValue(reason, out SharedLine? line))
            line.Add(from);
    }

    /// <summary>A connection is lost, and its session waits for the client.</summary>
    public void SessionDetached(EndPoint from, string alias, DisconnectReason reason) =>
        Write(
            $"[ CONNECTION - LOST ] @{from}: Alias - {alias}: {reason}; the client can resume its session.",
            new("event", "lost"), Address(from), User(alias), new("reason", reason));

    /// <summary>A client has resumed its session on another connection.</summary>
    public void SessionResumed(EndPoint from, string alias) =>
        Write($"[ CONNECTION - RESUMED ] @{from}: Alias - {alias}", new("event", "resumed"), Address(from), User(alias));

    /// <summary>A logged-in connection is about to leave the ledger.</summary>
    public void ConnectionEnding(string alias) => Write($"[ ALERT ] client {alias} is disconnecting.", new("event", "disconnecting"), User(alias));

    /// <summary>A logged-in connection has ended.</summary>
    /// <param name="from">The client's end point.</param>
    /// <param name="alias">The user's name.</param>
    /// <param name="reason">The reason.</param>
    /// <param name="connected">The number of connections that are still logged in.</param>
    public void ConnectionEnded(EndPoint from, string alias, DisconnectReason reason, int connected)
    {
        Write(
            $"[ CONNECTION - END ] @{from}: Alias - {alias}: {reason}",
            new("event", "end"), Address(from), User(alias), new("reason", reason));
        WriteCount(connected);
    }

    /// <summary>A connection is closed, and holds nothing any more.</summary>
    public void ConnectionClosed(DisconnectReason reason) => _metrics.Disconnected(reason);

    /// <summary>A login attempt was answered.</summary>
    /// <param name="code">The answer.</param>
    /// <param name="duration">How long it took.</param>
    public void LoginAnswered(LoginCode code, TimeSpan duration) => _metrics.LoggedIn(code, duration);

    /// <summary>The user database has thrown an exception at a login. A database that has reported its failure itself is not reported twice.</summary>
    public void LoginFailed(Exception exception)
    {
        if (_problems.Current.Any(problem => problem.Name == ProblemNames.Accounts))
            return;
        _areLoginsFailing = true;
        _problems.Report(ProblemNames.Logins, $"The user database has thrown an exception: {exception.Message}");
        if (_failedLogins.TryPass(out long count))
            LogLoginFailed(count, exception);
    }

    /// <summary>A login was right.</summary>
    public void LoginWorks()
    {
        if (!_areLoginsFailing)
            return;
        _areLoginsFailing = false;
        _problems.Resolve(ProblemNames.Logins);
        LogLoginsWork();
    }

    /// <summary>A login was refused.</summary>
    /// <param name="from">The client's end point.</param>
    /// <param name="username">The name that the client gave.</param>
    /// <param name="result">The answer, and what only the admin learns.</param>
    public void LoginRefused(EndPoint? from, string username, LoginResult result)
    {
        string? detail = result.Detail ?? (result.Code == LoginCode.Refused ? result.Text : null);
        string why = detail is null ? "" : $", {TextSanitizer.Escape(detail)}";
        _log.Logging(new ActivityEntry(
            $"[ CONNECTION - FAILURE ] login refused {SharedLine.Describe(from, username)}: {result.Code}{why}",
            LogLevel.Warning,
            [new("event", "login-refused"), .. SharedLine.Members(from, username), new("reason", result.Code), new("detail", detail ?? "")]));
    }

    /// <summary>A login was refused for a reason that may be true of many logins in a row.</summary>
    /// <param name="from">The client's end point.</param>
    /// <param name="username">The name that the client gave.</param>
    /// <param name="refusal">The reason.</param>
    public void LoginRefused(EndPoint? from, string username, LoginRefusal refusal)
    {
        _metrics.LoginRefused(refusal);
        _refusals.Logins[refusal].Add(from, username);
    }

    /// <summary>The server refuses an address from now on.</summary>
    /// <param name="source">The addresses.</param>
    /// <param name="addresses">The same as text.</param>
    /// <param name="time">How long.</param>
    /// <param name="sentNothing">Whether the last offense was a connection that sent nothing.</param>
    public void AddressPenalized(AddressBlock source, string addresses, string time, bool sentNothing)
    {
        if (!_penalties.TryPass(source))
            return;
        string advice = sentNothing ? "; its last connection sent nothing: for health checks there is the option Login:HealthCheckAddresses" : "";
        _log.Logging(new ActivityEntry(
            $"[ ALERT ] {addresses} is refused for {time} after too many failed logins, malformed frames or connections without a login{advice}",
            LogLevel.Warning,
            [new("event", "address-penalized"), new("address", addresses), new("for", time)]));
    }

    /// <summary>Logins to an account are delayed from now on.</summary>
    /// <param name="source">The addresses of the last attempt.</param>
    /// <param name="from">The end point of the last attempt.</param>
    /// <param name="username">The account's name, as the client gave it.</param>
    /// <param name="details">How long, and after how many wrong passwords.</param>
    public void AccountDelayed(AddressBlock source, EndPoint? from, string username, string details)
    {
        if (!_delays.TryPass(source))
            return;
        _log.Logging(new ActivityEntry(
            $"[ ALERT ] account {UserName.Shown(username)} is {details}, the last one @{from}",
            LogLevel.Warning,
            [new("event", "account-delayed"), .. SharedLine.Members(from, username)]));
    }

    /// <summary>Messages of a client were handled: their number, and the bytes of their bodies.</summary>
    public void MessagesReceived(int count, int bytes) => _metrics.Messages.CountReceived(count, bytes);

    /// <summary>The server reads from a client more slowly, because the client exceeds its message rate.</summary>
    public void ClientThrottled() => _metrics.Throttled();

    /// <summary>A message handler has thrown an exception.</summary>
    /// <param name="alias">The user's name.</param>
    /// <param name="handler">The handler's type.</param>
    /// <param name="exception">The exception.</param>
    public void HandlerFailed(string alias, Type handler, Exception exception)
    {
        _metrics.HandlerFailed();
        if (_failures.TryPass(handler.Name, out long count))
            LogHandlerFailed(handler.Name, alias, count, exception);
    }

    /// <summary>A method or event handler of the application has thrown an exception, when a user called it by its name.</summary>
    public void CallFailed(string alias, string name, Exception exception)
    {
        _metrics.HandlerFailed();
        if (_failures.TryPass(name, out long count))
            LogCallFailed(name, alias, count, exception);
    }

    /// <summary>Ends the metrics and the spans.</summary>
    public void Dispose()
    {
        _metrics.Dispose();
        Tracing.Dispose();
    }
}
