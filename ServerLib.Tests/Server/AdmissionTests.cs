using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Server;

/// <summary>Tests the limits of connections with clients.</summary>
[TestClass]
public sealed class AdmissionTests
{
    [TestMethod]
    public async Task A_connection_over_the_limit_of_its_address_is_closed_and_others_are_served()
    {
        await using PipeServer server = await PipeServer.StartAsync(options => options.Limits.MaxConnectionsPerAddress = 2);
        CompactClient first = server.Connect("2001:db8::1");
        await first.JoinAsync("first");
        await server.Connect("2001:db8::2").JoinAsync("second");

        Assert.IsNull(await server.Connect("2001:db8::3").LogInAsync("third"));
        await server.Connect("2001:db8:0:1::1").JoinAsync("neighbour");
        for (int i = 0; i < 5; i++)
            await server.Connect("127.0.0.1").JoinAsync($"local{i}");

        await first.LeaveAsync();
        Assert.AreEqual(7, server.Server.ConnectionCount);
        await server.Connect("2001:db8::3").JoinAsync("third");
        Assert.IsNull(await server.Connect("2001:db8::4").LogInAsync("fourth"));
    }

    [TestMethod]
    public async Task Connections_without_a_login_use_up_their_limit_but_not_that_of_users()
    {
        await using PipeServer server = await PipeServer.StartAsync(options => options.Limits.MaxUnauthenticated = new(2, 100, 2));
        CompactClient inside = server.Connect();
        await inside.JoinAsync("inside");
        CompactClient silent = server.Connect("198.51.100.1");
        CompactClient halfway = server.Connect("198.51.100.2");
        Assert.AreEqual("refused", (string?)(await halfway.LogInAsync("not a name"))!.Json["code"]);

        Assert.IsNull(await server.Connect("198.51.100.3").LogInAsync("late"));
        await inside.SettleAsync();
        Assert.AreEqual("ok", (string?)(await halfway.TryAgainAsync("halfway"))!.Json["code"]);
        await halfway.SettleAsync();
        CompactClient late = server.Connect("198.51.100.3");
        await late.JoinAsync("late");
        await silent.LeaveAsync();
    }

    [TestMethod]
    public async Task A_known_address_is_admitted_when_unknown_clients_have_used_up_the_limit()
    {
        await using PipeServer server = await PipeServer.StartAsync(options => options.Limits.MaxUnauthenticated = new(2, 100, 2));
        CompactClient inside = server.Connect("192.0.2.1");
        await inside.JoinAsync("ada");
        await inside.LeaveAsync();
        server.Connect("198.51.100.1");
        server.Connect("198.51.100.2");

        Assert.IsNull(await server.Connect("198.51.100.3").LogInAsync("late"));
        await server.Connect("192.0.2.1").JoinAsync("ada");
        Assert.IsNull(await server.Connect("198.51.100.3").LogInAsync("late"));
    }

    [TestMethod]
    public async Task An_address_has_a_limit_of_connections_without_a_login_and_loopback_has_none()
    {
        await using PipeServer server = await PipeServer.StartAsync(options =>
        {
            options.Limits.MaxUnauthenticatedPerAddress = 2;
            options.Limits.MaxUnauthenticated = new(3, 100, 3);
        });
        server.Time.Advance(TimeSpan.FromSeconds(1));
        CompactClient first = server.Connect("2001:db8::1");
        server.Connect("2001:db8::2");
        Assert.IsNull(await server.Connect("2001:db8::3").LogInAsync("third"));
        await first.JoinAsync("first");
        await server.Connect("2001:db8::3").JoinAsync("third");

        server.Connect("2001:db8::4");
        server.Connect("198.51.100.1");
        Assert.IsNull(await server.Connect("198.51.100.2").LogInAsync("late"));
        for (int i = 0; i < 3; i++)
            server.Connect("127.0.0.1");
        await server.Connect("127.0.0.1").JoinAsync("local");

        CollectionAssert.AreEqual(
            new[]
            {
                "[ ALERT ] connections refused because too many connections of the address have not logged in yet (Limits:MaxUnauthenticatedPerAddress): 1, "
                    + "the last one @[2001:db8::3]:7",
                "[ ALERT ] connections refused because too many connections have not logged in yet (Limits:MaxUnauthenticated): 1, the last one @198.51.100.2:7",
            },
            server.Logged.Where(line => line.Contains("refused", StringComparison.Ordinal)).ToArray());
    }

    [TestMethod]
    public async Task Connections_without_a_login_get_few_lines_in_the_log_and_users_get_all()
    {
        await using PipeServer server = await PipeServer.StartAsync();
        for (int i = 0; i < 12; i++)
        {
            CompactClient peer = server.Connect("198.51.100.1");
            await peer.JoinAsync("ada");
            await peer.LeaveAsync();
        }

        for (int i = 0; i < 14; i++)
            await server.Connect("203.0.113.9").LeaveAsync();
        CompactClient last = server.Connect("203.0.113.9");
        await last.JoinAsync("bob");
        await last.LeaveAsync();

        Assert.AreEqual(12, Count("ATTEMPT", "198.51.100.1"));
        Assert.AreEqual(10, Count("ATTEMPT", "203.0.113.9"));
        Assert.AreEqual(10, Count("before login", "203.0.113.9"));
        Assert.AreEqual(1, Count("SUCCESS", "203.0.113.9"));
        Assert.AreEqual(1, Count("END", "Alias - bob"));
        Assert.AreEqual(1, Count("[ ALERT ] connections that have not logged in without a line of their own: 1", "203.0.113.9"));

        int Count(string what, string source) => server.Logged.Count(
            line => line.Contains(what, StringComparison.Ordinal) && line.Contains(source, StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task Refused_connections_share_a_line_for_each_reason()
    {
        await using PipeServer server = await PipeServer.StartAsync(options =>
        {
            options.Limits.MaxConnectionsPerAddress = 1;
            options.Limits.MaxConnections = 2;
        });
        server.Time.Advance(TimeSpan.FromSeconds(1));
        await server.Connect("198.51.100.1").JoinAsync("first");
        for (int i = 0; i < 3; i++)
            Assert.IsNull(await server.Connect("198.51.100.1").LogInAsync("first"));
        await server.Connect("198.51.100.2").JoinAsync("second");
        for (int i = 0; i < 3; i++)
            Assert.IsNull(await server.Connect("198.51.100.3").LogInAsync("third"));
        server.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.IsNull(await server.Connect("198.51.100.3").LogInAsync("third"));

        CollectionAssert.AreEqual(
            new[]
            {
                "[ ALERT ] connections refused because the address has too many connections (Limits:MaxConnectionsPerAddress): 1, the last one @198.51.100.1:7",
                "[ ALERT ] connections refused because the server is full (Limits:MaxConnections): 1, the last one @198.51.100.3:7",
                "[ ALERT ] connections refused because the server is full (Limits:MaxConnections): 3, the last one @198.51.100.3:7",
            },
            server.Logged.Where(line => line.Contains("refused", StringComparison.Ordinal)).ToArray());
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task A_start_with_too_few_descriptors_logs_one_warning()
    {
        await using PipeServer enough = await PipeServer.StartAsync(options => options.Limits.MaxConnections = 1);
        Assert.IsEmpty(enough.Warnings);
        await using PipeServer tooFew = await PipeServer.StartAsync(options => options.Limits.MaxConnections = int.MaxValue);
        StringAssert.Contains(tooFew.Warnings.Single(), "too few for MaxConnections = 2147483647. Allow it 2147483903 (ulimit -n");
    }
}
