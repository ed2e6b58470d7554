using System.Net;

namespace ServerLib.Tests.AspNetCore;

[TestClass]
public sealed class MetricsEndpointTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task Metrics_show_logins_and_messages_and_no_names()
    {
        await using WebServer server = await WebServer.StartAsync();
        await using ServerClient client = await server.ConnectAsync("alice", "s3cret pass", _guard);
        await Assert.ThrowsExactlyAsync<LoginException>(() => server.ConnectAsync("alice", "wr0ng pass", _guard));
        await client.SendAsync("hello"u8.ToArray(), _guard);
        await client.PingAsync(_guard);
        (HttpStatusCode status, string body) = await server.GetAsync("/metrics", _guard);
        string[] lines = body.Split('\n');

        Assert.AreEqual(HttpStatusCode.OK, status);
        foreach (string line in (string[])[
            "# TYPE serverlib_connections gauge",
            "# TYPE serverlib_connections_accepted_total counter",
            "# TYPE serverlib_login_duration_seconds histogram",
            "serverlib_connections_accepted_total 2",
            "serverlib_logins_total{result=\"Ok\"} 1",
            "serverlib_logins_total{result=\"Failure\"} 1",
            "serverlib_login_duration_seconds_count{result=\"Ok\"} 1",
            "serverlib_messages_received_total 1",
            "serverlib_bytes_received_total 5",
            "serverlib_handler_duration_seconds_count{kind=\"room\"} 1",
        ])
        {
            Assert.Contains(line, lines, body);
        }

        Assert.IsFalse(body.Contains("alice") || body.Contains("s3cret") || body.Contains("127.0.0.1"), body);
        Assert.IsTrue(lines.Where(line => line is not ("" or ['#', ..])).All(line => line.StartsWith("serverlib_", StringComparison.Ordinal)), body);
    }

    [TestMethod]
    public async Task Metrics_of_another_application_in_the_process_are_not_shown()
    {
        await using WebServer first = await WebServer.StartAsync();
        await using WebServer second = await WebServer.StartAsync();
        await using ServerClient client = await first.ConnectAsync("alice", "s3cret pass", _guard);

        Assert.Contains("serverlib_connections 1\n", (await first.GetAsync("/metrics", _guard)).Body);
        Assert.Contains("serverlib_connections 0\n", (await second.GetAsync("/metrics", _guard)).Body);
    }
}
