using Microsoft.Extensions.Logging;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>An <see cref="ILog"/> that passes the activity to the application's logging, at level Information.</summary>
/// <param name="logger">The application's log.</param>
public sealed partial class LoggerLog(ILogger<LoggerLog> logger) : ILog
{
    /// <inheritdoc/>
    public void Logging(string message) => LogActivity(TextSanitizer.Escape(message));
}
