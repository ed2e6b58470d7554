using System.Net;
using System.Net.Sockets;
using ServerLib.Cli;

namespace ServerLib.Tests.Cli.Monitoring;

/// <summary>The option <c>--metrics</c>.</summary>
[TestClass]
public sealed class MetricsListenerTests : IDisposable
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task Metrics_and_health_are_served_on_loopback()
    {
        await using HostRun run = HostRun.Start(_folder, ["--port", "0", "--metrics", "0"]);
        await run.EndPointAsync();
        string line = run.Out.Lines.Single(line => line.StartsWith("Metrics on http://127.0.0.1:", StringComparison.Ordinal));
        var metrics = new Uri(line["Metrics on ".Length..]);
        using var http = new HttpClient();
        string text = await http.GetStringAsync(metrics, _guard);

        Assert.Contains("serverlib_connections 0\n", text);
        Assert.Contains("dotnet_", text);
        Assert.Contains("Healthy", await http.GetStringAsync(new Uri(metrics, "/health/live"), _guard));
        Assert.Contains("Healthy", await http.GetStringAsync(new Uri(metrics, "/health/ready"), _guard));
    }

    [TestMethod]
    public async Task A_connection_without_a_request_is_closed()
    {
        await using HostRun run = HostRun.Start(_folder, ["--port", "0", "--metrics", "0"]);
        await run.EndPointAsync();
        string line = run.Out.Lines.Single(line => line.StartsWith("Metrics on ", StringComparison.Ordinal));
        using var idle = new TcpClient();
        await idle.ConnectAsync(IPAddress.Loopback, new Uri(line["Metrics on ".Length..]).Port, _guard);

        Assert.AreEqual(0, await idle.GetStream().ReadAsync(new byte[1], _guard));
    }

    [TestMethod]
    public async Task A_port_in_use_is_an_error_that_names_the_option()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;
        await using HostRun run = await HostRun.ToEndAsync(_folder, ["--port", "0", "--metrics", $"{port}"]);

        Assert.AreEqual(1, await run.Ended);
        Assert.Contains($"--metrics 127.0.0.1:{port}: cannot listen there: ", run.Error.ToString());
    }

    [TestMethod]
    public async Task An_invalid_address_is_wrong_usage()
    {
        await using HostRun run = await HostRun.ToEndAsync(_folder, ["--port", "0", "--metrics", "everywhere"]);

        Assert.AreEqual(2, await run.Ended);
        Assert.Contains("command line: Metrics: 'everywhere' is not PORT or ADDRESS:PORT, such as 9464 or 127.0.0.1:9464", run.Error.ToString());
    }

    [TestMethod]
    public async Task Without_the_option_nothing_is_served()
    {
        await using HostRun run = await HostRun.ToEndAsync(_folder, ["--port", "0"], "shutdown\n");

        Assert.DoesNotContain("Metrics on", run.Out.ToString());
    }

    [TestMethod]
    [DataRow("9464", "127.0.0.1:9464")]
    [DataRow("0", "127.0.0.1:0")]
    [DataRow("0.0.0.0:9464", "0.0.0.0:9464")]
    [DataRow("[::1]:9464", "[::1]:9464")]
    [DataRow("65536", null)]
    [DataRow("127.0.0.1", null)]
    [DataRow("::1:9464", null)]
    [DataRow("example.com:9464", null)]
    [DataRow("", null)]
    public void An_address_has_a_port_and_loopback_is_the_default(string text, string? expected) =>
        Assert.AreEqual(expected, MetricsAddress.TryParse(text, out IPEndPoint? address) ? address.ToString() : null);
}
