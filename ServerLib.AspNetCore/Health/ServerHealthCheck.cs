using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ServerLib.AspNetCore;

/// <summary>A health check of a server.</summary>
/// <param name="health">The server's health.</param>
/// <param name="problem">Finds the reason why the check fails; <see langword="null"/> if there is none.</param>
internal sealed class ServerHealthCheck(ServerHealth health, Func<ServerHealth, string?> problem) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(problem(health) is { } why
            ? new HealthCheckResult(context.Registration.FailureStatus, why)
            : HealthCheckResult.Healthy());
}
