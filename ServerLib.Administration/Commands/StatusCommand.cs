using Microsoft.Extensions.Options;

namespace ServerLib.Administration.Commands;

/// <summary>Shows the state of the server.</summary>
internal sealed class StatusCommand(
    IServerControl server,
    IConnectionLedger ledger,
    ServerCertificate certificate,
    ServerProblems problems,
    IOptions<ServerOptions> options,
    TimeProvider time)
    : IAdminCommand
{
    public string Name => "status";

    public string? Argument => null;

    public string Summary => "show the state of the server";

    public string Example => "status --json";

    public bool HasJson => true;

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        int daysLeft = (int)Math.Floor((certificate.NotAfter - time.GetUtcNow()).TotalDays);
        IReadOnlyList<ServerProblem> current = problems.Current;
        context.Data = new
        {
            endPoints = server.EndPoints.Select(endPoint => endPoint.ToString()),
            startedAt = server.StartedAt,
            connections = server.ConnectionCount,
            loggedIn = ledger.Count,
            certificateSha256 = certificate.Fingerprint,
            certificateDaysLeft = daysLeft,
            version = ProductVersion.Current,
            dataDirectory = options.Value.DataDirectory,
            problems = current.Select(problem => new { name = problem.Name, since = problem.Since, reason = problem.Reason }),
        };
        await context.WriteLinesAsync(current.Select(problem => $"PROBLEM {problem.Name} since {time.Show(problem.Since)}: {problem.Reason}"))
            .ConfigureAwait(false);
        return await context.DoneAsync(
            $"listening on {string.Join(", ", server.EndPoints)}, up since {time.Show(server.StartedAt)}, "
            + $"connections: {server.ConnectionCount}, logged in: {ledger.Count}, "
            + $"certificate SHA-256 {certificate.Fingerprint}, {daysLeft} days left, "
            + $"version {ProductVersion.Current}, data in {options.Value.DataDirectory}").ConfigureAwait(false);
    }
}
