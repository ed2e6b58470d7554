using Microsoft.Extensions.Logging;

namespace ServerLib.Diagnostics;

/// <summary>What the log says about reloads of the options.</summary>
internal static partial class OptionsEvents
{
    [LoggerMessage(1, LogLevel.Information, "The configuration was reloaded. Changed options: {Changed}.")]
    public static partial void Changed(ILogger logger, string changed);

    [LoggerMessage(2, LogLevel.Warning, "The configuration has changes that need a restart of the server: {Options}.")]
    public static partial void NeedsRestart(ILogger logger, string options);

    [LoggerMessage(3, LogLevel.Error, "The configuration was not reloaded, and nothing has changed: {Problems}")]
    public static partial void Refused(ILogger logger, string problems);
}
