using Microsoft.Extensions.Logging;

namespace ServerLib.Transport;

/// <content>Messages for the application's log.</content>
internal sealed partial class EpollMonitor
{
    [LoggerMessage(
        1,
        LogLevel.Warning,
        "{Owner} blocked an event loop for more than {Milliseconds} ms. From now on its code runs on separate threads.")]
    private partial void LogBlocked(string owner, int milliseconds);
}
