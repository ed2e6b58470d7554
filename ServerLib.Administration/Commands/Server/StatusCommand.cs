using Microsoft.Extensions.Options;

namespace ServerLib.Administration.Commands;

/// <summary>Shows the state of the server.</summary>
internal sealed class StatusCommand : AdminCommand
{
    public StatusCommand()
        : base("status", "Shows the state of the server, and first its problems") => IsAudited = false;

    public override Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        IServerControl server = request.Service<IServerControl>();
        ServerCertificate certificate = request.Service<ServerCertificate>();
        string dataFolder = request.Service<IOptions<ServerOptions>>().Value.DataDirectory;
        int loggedIn = request.Service<IConnectionLedger>().Count;
        int daysLeft = (int)Math.Floor((certificate.NotAfter - request.Service<TimeProvider>().GetUtcNow()).TotalDays);
        IReadOnlyList<ServerProblem> problems = request.Service<ServerProblems>().Current;
        request.Data = new
        {
            state = $"{server.State}",
            endPoints = server.EndPoints.Select(endPoint => endPoint.ToString()),
            startedAt = server.StartedAt,
            connections = server.ConnectionCount,
            loggedIn,
            certificateSha256 = certificate.Fingerprint,
            certificateDaysLeft = daysLeft,
            version = ProductVersion.Current,
            dataDirectory = dataFolder,
            problems = problems.Select(problem => new { name = problem.Name, since = problem.Since, reason = problem.Reason }),
        };
        if (server.State is ServerState.Draining or ServerState.Stopped)
            request.WriteLine("the server is shutting down, or drains: it accepts no connections");
        foreach (ServerProblem problem in problems)
            request.WriteLine($"PROBLEM {problem.Name} since {request.Show(problem.Since)}: {problem.Reason}");
        return Task.FromResult(request.Done(
            $"listening on {string.Join(", ", server.EndPoints)}, up since {request.Show(server.StartedAt)}, "
            + $"connections: {server.ConnectionCount}, logged in: {loggedIn}, "
            + $"certificate SHA-256 {certificate.Fingerprint}, {daysLeft} days left, "
            + $"version {ProductVersion.Current}, data in {dataFolder}"));
    }
}
