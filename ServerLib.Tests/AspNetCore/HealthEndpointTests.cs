using System.Net;

namespace ServerLib.Tests.AspNetCore;

[TestClass]
public sealed class HealthEndpointTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_running_server_is_live_and_ready()
    {
        await using WebServer server = await WebServer.StartAsync();

        Assert.AreEqual((HttpStatusCode.OK, """{"status":"Healthy","problems":{}}"""), await server.GetAsync("/health/live", _guard));
        Assert.AreEqual((HttpStatusCode.OK, """{"status":"Healthy","problems":{}}"""), await server.GetAsync("/health/ready", _guard));
    }

    [TestMethod]
    public async Task A_draining_server_is_live_and_not_ready()
    {
        await using WebServer server = await WebServer.StartAsync();
        ServerClient client = await server.ConnectAsync("alice", "s3cret pass", _guard);
        Task draining = server.Control.DrainAsync(_guard);

        Assert.AreEqual(
            (HttpStatusCode.ServiceUnavailable, """{"status":"Unhealthy","problems":{"serverlib-ready":"draining"}}"""),
            await server.GetAsync("/health/ready", _guard));
        Assert.AreEqual(HttpStatusCode.OK, (await server.GetAsync("/health/live", _guard)).Status);
        Assert.IsFalse(draining.IsCompleted);
        await client.DisposeAsync();
        await draining;
    }

    [TestMethod]
    public async Task A_server_is_not_ready_while_its_database_fails()
    {
        await using WebServer server = await WebServer.StartAsync();
        server.Problems.Report("accounts", "no space: No space left on device");
        (HttpStatusCode status, string body) = await server.GetAsync("/health/ready", _guard);

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("database failing: no space", body);
        server.Problems.Resolve("accounts");
        Assert.AreEqual(HttpStatusCode.OK, (await server.GetAsync("/health/ready", _guard)).Status);
    }
}
