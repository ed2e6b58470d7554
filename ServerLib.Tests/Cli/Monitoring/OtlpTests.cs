using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ServerLib.Cli;

namespace ServerLib.Tests.Cli.Monitoring;

/// <summary>Metrics and spans that are sent to a collector.</summary>
[TestClass]
public sealed class OtlpTests
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly TaskCompletionSource _metrics = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _traces = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Metrics_and_spans_are_sent_to_a_collector(bool isOption)
    {
        using var folder = new TempFolder();
        await using WebApplication collector = await StartCollectorAsync();
        string address = collector.Urls.Single();
        var variables = new Dictionary<string, string?>
        {
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "100",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
        };
        if (!isOption)
            variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = address;
        string[] option = isOption ? ["--ServerLib:Otlp", address] : [];
        await using HostRun run = HostRun.Start(folder, ["--port", "0", .. option], variables: variables);
        var login = new ServerClientOptions { EndPoint = await run.EndPointAsync(), UserName = "ada", Password = "secret of ada" };
        await using (await ServerClient.ConnectAsync(login, _guard))
        {
            await _metrics.Task.WaitAsync(_guard);
            await _traces.Task.WaitAsync(_guard);
        }
    }

    [TestMethod]
    public async Task An_address_that_is_none_is_wrong_usage()
    {
        using var folder = new TempFolder();
        await using HostRun run = await HostRun.ToEndAsync(folder, ["--port", "0", "--ServerLib:Otlp", "collector"]);

        Assert.AreEqual(2, await run.Ended);
        Assert.Contains("Otlp: 'collector' is not an address such as http://localhost:4318", run.Error.ToString());
    }

    private async Task<WebApplication> StartCollectorAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        WebApplication collector = builder.Build();
        collector.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, _guard);
            string text = Encoding.Latin1.GetString(body.ToArray());
            if (context.Request.Path == "/v1/metrics" && text.Contains("serverlib.connections") && text.Contains("serverlib.logins"))
                _metrics.TrySetResult();
            else if (context.Request.Path == "/v1/traces" && text.Contains("serverlib.login"))
                _traces.TrySetResult();
        });
        await collector.StartAsync(_guard);
        return collector;
    }
}
