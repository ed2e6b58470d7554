using Microsoft.Extensions.Diagnostics.HealthChecks;
using ServerLib;
using ServerLib.AspNetCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the health checks of a ServerLib server.</summary>
public static class ServerLibHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds two checks: <c>serverlib-live</c> with the tag <c>live</c>, and <c>serverlib-ready</c> with the tag <c>ready</c>. The server is
    /// not ready while it starts, drains or stops, and while its database fails. <see cref="ServerHealth"/> decides.
    /// </summary>
    /// <param name="builder">The application's health checks.</param>
    /// <param name="server">
    /// The server's name, if it has one. The checks are then <c>serverlib-NAME-live</c> and <c>serverlib-NAME-ready</c>.
    /// </param>
    public static IHealthChecksBuilder AddServerLib(this IHealthChecksBuilder builder, string? server = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        string name = string.IsNullOrEmpty(server) ? "serverlib" : $"serverlib-{server}";
        return builder
            .Add(Check(HealthTags.Live, health => health.NotLive))
            .Add(Check(HealthTags.Ready, health => health.NotReady));

        HealthCheckRegistration Check(string tag, Func<ServerHealth, string?> problem) =>
            new($"{name}-{tag}", services => new ServerHealthCheck(HealthOf(services), problem), failureStatus: null, [tag]);

        ServerHealth HealthOf(IServiceProvider services) => string.IsNullOrEmpty(server)
            ? services.GetRequiredService<ServerHealth>()
            : services.GetRequiredKeyedService<ServerHealth>(server);
    }
}
