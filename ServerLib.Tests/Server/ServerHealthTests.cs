using Moq;

namespace ServerLib.Tests.Server;

[TestClass]
public sealed class ServerHealthTests
{
    private readonly Mock<IServerControl> _server = new();
    private readonly ServerProblems _problems = new();

    [TestMethod]
    [DataRow(ServerState.NotStarted, null, "starting")]
    [DataRow(ServerState.Running, null, null)]
    [DataRow(ServerState.Draining, null, "draining")]
    [DataRow(ServerState.Stopped, "stopped", "stopped")]
    public void The_state_decides_whether_a_server_is_live_and_ready(ServerState state, string? notLive, string? notReady)
    {
        _server.Setup(s => s.State).Returns(state);
        var health = new ServerHealth(_server.Object, _problems);

        Assert.AreEqual((notLive, notReady), (health.NotLive, health.NotReady));
        Assert.AreEqual((notLive is null, notReady is null), (health.IsLive, health.IsReady));
    }

    [TestMethod]
    [DataRow("accounts", "database failing: broken")]
    [DataRow("logins", "database failing: broken")]
    [DataRow("accept", "not accepting: broken")]
    [DataRow("data-folder", "data folder in use: broken")]
    [DataRow("certificate", null)]
    public void Problems_that_keep_new_clients_out_make_a_server_not_ready(string problem, string? notReady)
    {
        _server.Setup(s => s.State).Returns(ServerState.Running);
        _problems.Report(problem, "broken");
        var health = new ServerHealth(_server.Object, _problems);

        Assert.AreEqual(notReady, health.NotReady);
        Assert.IsTrue(health.IsLive);
    }

    [TestMethod]
    public async Task A_server_is_draining_until_it_has_stopped()
    {
        RunningServer server = await RunningServer.StartAsync();
        ServerHealth health = server.Health;
        Assert.IsTrue(health.IsReady);
        await server.Server.DrainAsync();
        Assert.AreEqual("draining", health.NotReady);
        await server.Server.StopAsync(CancellationToken.None);
        Assert.AreEqual("stopped", health.NotLive);
        await server.DisposeAsync();
    }
}
