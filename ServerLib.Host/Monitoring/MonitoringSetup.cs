using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ServerLib.Cli;

/// <summary>Adds what shows the server to monitoring systems, if it is asked for.</summary>
internal static class MonitoringSetup
{
    private const string Name = "ServerLib";
    private const string ProtocolVariable = "OTEL_EXPORTER_OTLP_PROTOCOL";

    /// <summary>Adds it. Call this before the server is added: services start in order, and stop in the opposite order.</summary>
    public static void Add(IServiceCollection services, ConfigurationManager configuration, Surroundings surroundings)
    {
        configuration.AddInMemoryCollection(
            surroundings.Variables.Where(variable => variable.Key.StartsWith("OTEL_", StringComparison.Ordinal)));
        if (ProgramOptions.MetricsOf(configuration) is { } address)
        {
            services.AddSingleton<IHostedService>(provider =>
                new MetricsListener(address, provider, provider.GetRequiredService<HostConsole>()));
        }

        if (ProgramOptions.OtlpOf(configuration) is { } otlp)
            AddOpenTelemetry(services, configuration, otlp);
    }

    private static void AddOpenTelemetry(IServiceCollection services, ConfigurationManager configuration, string endpoint)
    {
        // The exporter reads the standard variables from the configuration, and adds the path of each signal to this one.
        configuration[ProgramOptions.OtlpVariable] = endpoint;
        configuration[ProtocolVariable] ??= "http/protobuf";
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("serverlib", serviceVersion: CommandLine.Version).AddEnvironmentVariableDetector())
            .WithMetrics(metrics => metrics.AddMeter(Name).AddOtlpExporter())
            .WithTracing(tracing => tracing.AddSource(Name).AddOtlpExporter());
    }
}
