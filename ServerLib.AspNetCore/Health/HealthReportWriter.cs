using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ServerLib.AspNetCore;

/// <summary>Writes the result of health checks: <c>{"status":"Unhealthy","problems":{"serverlib-ready":"draining"}}</c>.</summary>
internal static class HealthReportWriter
{
    public static Task WriteAsync(HttpContext context, HealthReport report)
    {
        var problems = new JsonObject();
        foreach ((string name, HealthReportEntry entry) in report.Entries)
        {
            // An exception's message may contain more than everybody should know.
            if (entry.Status != HealthStatus.Healthy)
                problems[name] = entry.Exception is null ? entry.Description : "failed";
        }

        context.Response.ContentType = "application/json; charset=utf-8";
        var body = new JsonObject { ["status"] = report.Status.ToString(), ["problems"] = problems };
        return context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }
}
