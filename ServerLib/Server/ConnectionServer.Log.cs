using System.Net;
using Microsoft.Extensions.Logging;

namespace ServerLib;

/// <content>What the server says to the application's log.</content>
public sealed partial class ConnectionServer
{
    [LoggerMessage(1, LogLevel.Information, "Listening on {EndPoint}")]
    private partial void LogListening(EndPoint endPoint);

    [LoggerMessage(2, LogLevel.Error, "A connection can't be accepted; trying on")]
    private partial void LogAcceptFailed(Exception exception);

    [LoggerMessage(3, LogLevel.Error, "The connection from {EndPoint} failed on this side")]
    private partial void LogConnectionFailed(EndPoint endPoint, Exception exception);

    [LoggerMessage(4, LogLevel.Error, "Could not {Step}")]
    private partial void LogStepFailed(string step, Exception exception);

    [LoggerMessage(5, LogLevel.Warning, "{Count} connections had not ended when the time for the shutdown was up")]
    private partial void LogNotDrained(int count);

    [LoggerMessage(
        6,
        LogLevel.Warning,
        "This process may have {Allowed} files and sockets open, too few for MaxConnections = {MaxConnections}: allow it {Needed} "
        + "(ulimit -n, or LimitNOFILE of a systemd service), or lower MaxConnections")]
    private partial void LogFewDescriptors(ulong? allowed, int maxConnections, long needed);

    [LoggerMessage(7, LogLevel.Warning, "The ban of '{What}' that the database has kept is of nobody, and not in force")]
    private partial void LogBanNotRead(string what);
}
