using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ServerLib.Diagnostics;

namespace ServerLib.Tests.Server;

/// <summary>Creates the events of a server that a test has only parts of.</summary>
internal static class TestEvents
{
    public static ServerEvents Create(ILog? log = null, TimeProvider? time = null, ILogger? logger = null, ServerMetrics? metrics = null) => new(
        log ?? new DelegateLog(_ => { }),
        logger ?? NullLogger.Instance,
        metrics ?? new ServerMetrics(),
        new ServerTracing("", () => TimeSpan.Zero, time ?? TimeProvider.System),
        new ServerProblems(),
        time ?? TimeProvider.System);
}
