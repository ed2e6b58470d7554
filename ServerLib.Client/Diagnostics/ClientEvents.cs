using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ServerLib.Clients;

/// <summary>What a client writes to the log.</summary>
internal sealed partial class ClientEvents(ILogger logger, string server, string user)
{
    public static ClientEvents Create(ServerClientOptions options) => new(
        (options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger(typeof(ServerClient).FullName!),
        options.EndPoint?.ToString() ?? HostAndPort.Text(options.Host, options.Port),
        options.UserName);

    public void Connecting() => Connecting(server, user);

    public void Connected() => Connected(server, user);

    public void Retrying(TimeSpan wait, ServerClientException reason) => Retrying(server, user, wait, reason.Code, reason.Message);

    public void Lost(TimeSpan wait, ServerClientException reason) => Lost(server, user, wait, reason.Code, reason.Message);

    public void Closed(ServerClientException reason) => Closed(server, user, reason.Code, reason.Message);

    public void Disposed() => Disposed(server, user);

    [LoggerMessage(7, LogLevel.Error, "A handler of {What} failed.")]
    public partial void HandlerFailed(string what, Exception e);

    [LoggerMessage(1, LogLevel.Debug, "Connecting to {Server} as '{User}'.")]
    private partial void Connecting(string server, string user);

    [LoggerMessage(2, LogLevel.Information, "Connected to {Server} as '{User}'.")]
    private partial void Connected(string server, string user);

    [LoggerMessage(3, LogLevel.Warning, "Connecting to {Server} as '{User}' failed. Trying again in {Wait}. Code '{Code}': {Reason}")]
    private partial void Retrying(string server, string user, TimeSpan wait, string? code, string reason);

    [LoggerMessage(4, LogLevel.Warning, "The connection to {Server} as '{User}' is lost. Connecting again in {Wait}. Code '{Code}': {Reason}")]
    private partial void Lost(string server, string user, TimeSpan wait, string? code, string reason);

    [LoggerMessage(5, LogLevel.Warning, "The connection to {Server} as '{User}' has ended or was not possible. Code '{Code}': {Reason}")]
    private partial void Closed(string server, string user, string? code, string reason);

    [LoggerMessage(6, LogLevel.Information, "The client of {Server} as '{User}' is disposed.")]
    private partial void Disposed(string server, string user);
}
