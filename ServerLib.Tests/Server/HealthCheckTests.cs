using ServerLib.Testing;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Server;

[TestClass]
public sealed class HealthCheckTests
{
    private const int Probes = 40;

    [TestMethod]
    public async Task Health_checks_get_no_penalty_and_no_line_and_clients_beside_them_log_in()
    {
        await using PipeServer server = await PipeServer.StartAsync(options => options.Login.HealthCheckAddresses.Add("203.0.113.0/24"));
        for (int i = 0; i < Probes; i++)
            await server.Connect().LeaveAsync();
        Assert.IsEmpty(server.Logged.Where(line => line.Contains("203.0.113.7")));

        await server.Connect().JoinAsync("ada");
        Assert.AreEqual(1, server.Logged.Count(line => line == "[ CONNECTION - ATTEMPT ] accepting new connection @203.0.113.7:7"));
    }

    [TestMethod]
    public async Task A_penalty_for_connections_that_sent_nothing_names_the_option_for_health_checks()
    {
        await using PipeServer server = await PipeServer.StartAsync();
        for (int i = 0; i < Probes; i++)
            await server.Connect().LeaveAsync();

        Assert.AreEqual(
            1, server.Logged.Count(line => line.Contains("203.0.113.7 is refused for") && line.Contains("the option Login:HealthCheckAddresses")));
    }

    [TestMethod]
    public async Task A_connection_from_a_health_check_that_sends_something_wrong_is_penalized()
    {
        await using PipeServer server = await PipeServer.StartAsync(options => options.Login.HealthCheckAddresses.Add("203.0.113.7"));
        for (int i = 0; i < 2; i++)
        {
            using HostileClient wrong = server.ConnectHostile();
            await wrong.SendAsync(HostileClient.Preface);
            await wrong.SendWithLengthAsync(new HostileFrame(FrameKind.Ping), length: 0);
            await wrong.ExpectClosedAsync("bad-frame");
        }

        Assert.AreEqual(1, server.Logged.Count(line => line.Contains("203.0.113.7 is refused for") && !line.Contains("HealthCheck")));
    }
}
