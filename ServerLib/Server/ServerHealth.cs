using ServerLib.Diagnostics;

namespace ServerLib;

/// <summary>
/// Answers what an orchestrator asks: whether the server is alive, and whether it can serve new clients. <c>AddServerLib</c> registers it as
/// a service; there is one for each server. Thread-safe.
/// </summary>
/// <param name="server">The server.</param>
/// <param name="problems">The server's problems.</param>
public sealed class ServerHealth(IServerControl server, ServerProblems problems)
{
    /// <summary>Whether the server must not be restarted: it runs, or is starting or stopping.</summary>
    public bool IsLive => NotLive is null;

    /// <summary>
    /// Whether new clients can be sent to the server: it accepts connections, and its database works. This turns <see langword="false"/> as
    /// soon as the server begins to drain or to stop.
    /// </summary>
    public bool IsReady => NotReady is null;

    /// <summary>Why the server is not alive; <see langword="null"/> if it is.</summary>
    public string? NotLive => server.State == ServerState.Stopped ? "stopped" : null;

    /// <summary>Why the server is not ready, such as <c>draining</c> or <c>database failing: no space</c>; <see langword="null"/> if it is.</summary>
    public string? NotReady => server.State switch
    {
        ServerState.NotStarted => "starting",
        ServerState.Draining => "draining",
        ServerState.Stopped => "stopped",
        _ => problems.Current.Select(Describe).OfType<string>().FirstOrDefault(),
    };

    /// <returns><see langword="null"/> if new clients can be served nevertheless.</returns>
    private static string? Describe(ServerProblem problem) => problem.Name switch
    {
        ProblemNames.Accounts or ProblemNames.Logins => $"database failing: {problem.Reason}",
        ProblemNames.Accept => $"not accepting: {problem.Reason}",
        ProblemNames.DataFolder => $"data folder in use: {problem.Reason}",
        _ => null,
    };
}
