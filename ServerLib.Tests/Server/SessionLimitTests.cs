using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Moq;
using ServerLib.Authentication;
using ServerLib.Tests.Compact;
using ServerLib.Tests.Protocol;

namespace ServerLib.Tests.Server;

[TestClass]
public sealed class SessionLimitTests
{
    [TestMethod]
    public async Task A_login_over_the_session_limit_is_refused_and_other_sessions_stay()
    {
        await using PipeServer server = await PipeServer.StartAsync(options => options.Limits.MaxSessionsPerUser = 2);
        CompactClient first = server.Connect();
        await first.JoinAsync("alice");
        CompactClient second = server.Connect();
        await second.JoinAsync("ALICE");

        CompactClient third = server.Connect();
        RawFrame refused = (await third.LogInAsync("alice"))!;
        Assert.AreEqual("busy 6000", $"{refused.Json["code"]} {refused.Json["retryAfterMs"]}");
        StringAssert.Contains((string?)refused.Json["text"], "too often");
        Assert.AreEqual("FAILURE", await server.ConnectClassic().LoginAsync("alice", "secret", Guard.NewToken()));
        await first.SettleAsync();
        await second.SettleAsync();
        Assert.HasCount(2, server.Ledger.Find("alice"));
        Assert.HasCount(1, server.Ledger.Find("alice").Select(connection => connection.Rate.Limiter).Distinct());
        Assert.AreEqual(1, server.Logged.Count(line => line.Contains("Limits:MaxSessionsPerUser", StringComparison.Ordinal)));
        await server.Connect().JoinAsync("bob");

        // A client that has read the end of its session can log in again.
        await second.LeaveAsync();
        Assert.AreEqual("ok", (string?)(await third.TryAgainAsync("alice"))!.Json["code"]);
    }

    [TestMethod]
    public async Task Concurrent_logins_succeed_exactly_up_to_the_session_limit()
    {
        await using PipeServer server = await PipeServer.StartAsync(options => options.Limits.MaxSessionsPerUser = 7);
        RawFrame?[] results = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(_ => Task.Run(() => server.Connect("127.0.0.1").LogInAsync("alice"))));
        Assert.AreEqual(7, results.Count(result => (string?)result!.Json["code"] == "ok"));
        Assert.AreEqual(33, results.Count(result => (string?)result!.Json["code"] == "busy"));
    }

    [TestMethod]
    public async Task A_wrong_password_does_not_reveal_the_number_of_sessions()
    {
        await using PipeServer server = await PipeServer.StartAsync(options => options.Limits.MaxSessionsPerUser = 1, WithPasswords);
        await server.Connect().JoinAsync("alice", "right");
        CompactClient unknown = server.Connect();
        Assert.AreEqual("failure", (string?)(await unknown.LogInAsync("alice", "wrong"))!.Json["code"]);
        Assert.AreEqual("busy", (string?)(await unknown.TryAgainAsync("alice", "right"))!.Json["code"]);
    }

    [TestMethod]
    public async Task A_user_who_logs_in_too_often_is_told_how_long_to_wait()
    {
        await using PipeServer server = await PipeServer.StartAsync(options => options.Login.MaxAttempts = 3, WithPasswords);
        await ComeAndGoAsync(server);

        CompactClient late = server.Connect();
        Assert.AreEqual(
            """{"code":"busy","text":"You have logged in too often of late. Try again in 3 seconds.","retryAfterMs":3000}""",
            (await late.LogInAsync("Alice", "right"))!.Json.ToJsonString());
        Assert.AreEqual("FAILURE", await server.ConnectClassic().LoginAsync("alice", "right", Guard.NewToken()));
        await server.Connect().JoinAsync("bob", "right");
        for (int i = 0; i < 2; i++)
            Assert.AreEqual("failure", (string?)(await late.TryAgainAsync("alice", "wrong"))!.Json["code"]);
        server.Time.Advance(LoginRateLimiter.Interval - TimeSpan.FromTicks(1));
        Assert.AreEqual("busy", (string?)(await late.TryAgainAsync("alice", "right"))!.Json["code"]);
        server.Time.Advance(TimeSpan.FromTicks(1));
        Assert.AreEqual("ok", (string?)(await late.TryAgainAsync("alice", "right"))!.Json["code"]);
        Assert.AreEqual("busy", (string?)(await server.Connect().LogInAsync("alice", "right"))!.Json["code"]);
        Assert.AreEqual(1, server.Logged.Count(line => line.Contains("too often", StringComparison.Ordinal)), string.Join('\n', server.Logged));
    }

    [TestMethod]
    public async Task A_client_that_ignores_the_wait_is_disconnected()
    {
        await using PipeServer server = await PipeServer.StartAsync(options => options.Login.MaxAttempts = 2, WithPasswords);
        await ComeAndGoAsync(server);
        CompactClient late = server.Connect();
        Assert.AreEqual("busy", (string?)(await late.LogInAsync("alice", "right"))!.Json["code"]);
        Assert.AreEqual("busy", (string?)(await late.TryAgainAsync("alice", "right"))!.Json["code"]);
        Assert.AreEqual("too-many-attempts", await late.ReceiveCloseAsync());
    }

    [TestMethod]
    public async Task A_wrong_password_does_not_reveal_that_the_user_logs_in_too_often()
    {
        await using PipeServer server = await PipeServer.StartAsync(services: WithPasswords);
        await ComeAndGoAsync(server);
        CompactClient unknown = server.Connect();
        Assert.AreEqual("failure", (string?)(await unknown.LogInAsync("alice", "wrong"))!.Json["code"]);
        Assert.AreEqual("busy", (string?)(await unknown.TryAgainAsync("alice", "right"))!.Json["code"]);
    }

    [TestMethod]
    public async Task A_login_that_fails_after_the_right_password_holds_no_session()
    {
        var database = new Mock<IUserDatabase>();
        database.Setup(d => d.HasUserAsync(It.IsAny<string>(), It.IsAny<CancellationToken>())).ReturnsAsync(true);
        database.Setup(d => d.AuthenticateUserAsync(It.IsAny<Credentials>(), It.IsAny<CancellationToken>())).ReturnsAsync(LoginResult.Ok("alice"));
        database.SetupSequence(d => d.LogConnectionAsync("alice", It.IsAny<System.Net.EndPoint>(), It.IsAny<CancellationToken>()))
            .Throws(new ServerLibException("The database is out of order."))
            .Returns(ValueTask.CompletedTask);
        await using PipeServer server = await PipeServer.StartAsync(
            options => options.Limits.MaxSessionsPerUser = 1, services => services.Replace(ServiceDescriptor.Singleton(database.Object)));
        CompactClient failed = server.Connect();
        await failed.LogInAsync("alice");
        Assert.AreEqual("error", await failed.ReceiveCloseAsync());
        await server.Connect().JoinAsync("alice");
    }

    /// <summary>Logs alice in as often as the limit allows at once.</summary>
    private static async Task ComeAndGoAsync(PipeServer server)
    {
        for (int i = 0; i < LoginRateLimiter.Burst; i++)
        {
            CompactClient peer = server.Connect();
            await peer.JoinAsync("alice", "right");
            await peer.LeaveAsync();
        }
    }

    private static void WithPasswords(IServiceCollection services)
    {
        var authenticator = new Mock<IAuthenticator>();
        authenticator.Setup(a => a.AuthenticateAsync(It.IsAny<Credentials>(), It.IsAny<CancellationToken>()))
            .Returns((Credentials given, CancellationToken _) =>
                new(given.Password == "right" ? LoginResult.Ok(given.Username) : new LoginResult(LoginCode.Failure)));
        services.Replace(ServiceDescriptor.Singleton(authenticator.Object));
    }
}
