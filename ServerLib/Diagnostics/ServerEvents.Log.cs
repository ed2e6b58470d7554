using System.Net;
using Microsoft.Extensions.Logging;

namespace ServerLib.Diagnostics;

/// <content>The messages for the application's log, and how lines of the activity log are written.</content>
internal sealed partial class ServerEvents
{
    [LoggerMessage(1, LogLevel.Information, "Listening on {EndPoint}")]
    public partial void Listening(EndPoint endPoint);

    [LoggerMessage(2, LogLevel.Error, "Accepting a connection failed. The server tries again.")]
    private partial void LogAcceptFailed(Exception exception);

    [LoggerMessage(3, LogLevel.Error, "Closing the connection from {EndPoint} after an error on the server.")]
    public partial void ConnectionFailed(EndPoint endPoint, Exception exception);

    [LoggerMessage(4, LogLevel.Error, "Cleaning up failed. Cannot {Step}.")]
    public partial void CleanupFailed(string step, Exception exception);

    [LoggerMessage(5, LogLevel.Warning, "Stopping, although connections have not ended within ShutdownTimeout: {Count}.")]
    public partial void NotDrained(int count);

    [LoggerMessage(
        6,
        LogLevel.Warning,
        "This process may open {Allowed} files and sockets, too few for MaxConnections = {MaxConnections}. Allow it {Needed} "
        + "(ulimit -n, or LimitNOFILE of a systemd service), or lower MaxConnections.")]
    public partial void TooFewDescriptors(ulong? allowed, int maxConnections, long needed);

    [LoggerMessage(7, LogLevel.Warning, "Ignoring invalid stored ban '{Target}'.")]
    private partial void LogStoredBanInvalid(string target);

    [LoggerMessage(
        9,
        LogLevel.Warning,
        "More than {Count} users are logged in from this machine. If a proxy or tunnel forwards connections, clients count as local: set "
        + "Limits:ExemptLoopback to false, and Login:Plaintext to Never.")]
    public partial void ForwardingLikely(int count);

    [LoggerMessage(
        12,
        LogLevel.Error,
        "The user database has thrown an exception at a login. Logins are answered with busy. Exceptions since the last message: {Count}.")]
    private partial void LogLoginFailed(long count, Exception exception);

    [LoggerMessage(13, LogLevel.Warning, "Logins work again.")]
    private partial void LogLoginsWork();

    [LoggerMessage(10, LogLevel.Error, "The activity log has thrown an exception. Lines are lost until it works again.")]
    private partial void LogActivityLogFailed(Exception exception);

    [LoggerMessage(
        8, LogLevel.Error, "The message handler {Handler} failed for {Alias}. The connection stays open. Failures since the last message: {Count}.")]
    private partial void LogHandlerFailed(string handler, string alias, long count, Exception exception);

    [LoggerMessage(
        11,
        LogLevel.Error,
        "The method '{Method}' failed when {Alias} called it. The connection stays open. Failures since the last message: {Count}.")]
    private partial void LogCallFailed(string method, string alias, long count, Exception exception);

    private static KeyValuePair<string, object> Address(EndPoint from) => new("address", from);

    private static KeyValuePair<string, object> User(string alias) => new("user", alias);

    private void Write(string message, params KeyValuePair<string, object>[] members) =>
        _log.Logging(new ActivityEntry(message, LogLevel.Information, members));

    private void WriteCount(int connected) =>
        Write($"[ STATUS ] clients connected: {connected}", new("event", "count"), new("connected", connected));
}
