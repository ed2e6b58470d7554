using Microsoft.Extensions.Logging;

namespace ServerLib.Administration.Sockets;

/// <content>The messages for the application's log.</content>
internal sealed partial class AdminSocket
{
    [LoggerMessage(1, LogLevel.Warning, "The admin socket {Path} is not available: {Reason}. Commands work at the console and for admins who are connected.")]
    private partial void LogNotAvailable(string path, string reason);

    [LoggerMessage(2, LogLevel.Warning, "Refused a connection to the admin socket {Path}: its user is neither the owner of the server nor root.")]
    private partial void LogRefused(string path);

    [LoggerMessage(3, LogLevel.Warning, "The admin socket {Path} cannot accept a connection: {Reason}")]
    private partial void LogAcceptFailed(string path, string reason);

    [LoggerMessage(4, LogLevel.Error, "A connection to the admin socket {Path} failed.")]
    private partial void LogConnectionFailed(string path, Exception exception);

    [LoggerMessage(5, LogLevel.Warning, "The admin socket {Path} refuses more connections: {Limit} programs use it.")]
    private partial void LogFull(string path, int limit);
}
