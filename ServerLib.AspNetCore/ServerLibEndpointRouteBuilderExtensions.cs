using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ServerLib.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Adds pages about ServerLib's servers to a web application.</summary>
public static class ServerLibEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Adds a page with the metrics of all servers of this application, in the text format of Prometheus. Metrics of other meters are not on
    /// it. Durations are measured from now on.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The page's path. Default <c>/metrics</c>.</param>
    /// <param name="includeRuntime">Whether to add the metrics of the .NET runtime, the meter <c>System.Runtime</c>. Default no.</param>
    /// <returns>Changes the page, for example with <c>RequireAuthorization</c>. By default anybody can read it.</returns>
    public static IEndpointConventionBuilder MapServerLibMetrics(
        this IEndpointRouteBuilder endpoints, string pattern = "/metrics", bool includeRuntime = false)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        IServiceProvider services = endpoints.ServiceProvider;
        var exporter = new PrometheusExporter(services.GetRequiredService<IMeterFactory>(), includeRuntime);
        services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopped.UnsafeRegister(
            static exporter => ((PrometheusExporter)exporter!).Dispose(), exporter);
        return endpoints.MapGet(pattern, context =>
        {
            context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            return exporter.WriteAsync(context.Response.Body, context.RequestAborted);
        });
    }

    /// <summary>
    /// Adds two pages with the results of health checks, as JSON: <c>live</c> for the checks with the tag <c>live</c>, and <c>ready</c> for
    /// those with the tag <c>ready</c>. Their status is 200, or 503 with the reason. Needs <c>services.AddHealthChecks().AddServerLib()</c>.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="prefix">The path before <c>/live</c> and <c>/ready</c>. Default <c>/health</c>.</param>
    /// <returns>Changes both pages, for example with <c>RequireAuthorization</c>. By default anybody can read them.</returns>
    /// <exception cref="InvalidOperationException">There are no health checks.</exception>
    public static IEndpointConventionBuilder MapServerLibHealth(this IEndpointRouteBuilder endpoints, string prefix = "/health")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(prefix);
        RouteGroupBuilder group = endpoints.MapGroup(prefix);
        foreach (string tag in (string[])[HealthTags.Live, HealthTags.Ready])
        {
            group.MapHealthChecks(tag, new HealthCheckOptions
            {
                Predicate = check => check.Tags.Contains(tag),
                ResponseWriter = HealthReportWriter.WriteAsync,
            });
        }

        return group;
    }
}
