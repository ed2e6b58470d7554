using Microsoft.Extensions.Logging;

namespace ServerLib.Transport;

/// <content>What the monitor says to the application's log.</content>
internal sealed partial class EpollMonitor
{
    [LoggerMessage(1, LogLevel.Warning, "{Owner} blocked an event loop for more than {Milliseconds} ms; its calls go to threads of their own from now on")]
    private partial void LogBlocked(string owner, int milliseconds);
}
