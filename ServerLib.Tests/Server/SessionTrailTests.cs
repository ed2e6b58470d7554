using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using Moq;
using ServerLib.Auditing;
using ServerLib.Protocol;
using ServerLib.Server;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Server;

/// <summary>Tests the entries for logons, logoffs and refusals in the audit trail.</summary>
[TestClass]
public sealed class SessionTrailTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    [DataRow("leaves")]
    [DataRow("kicked")]
    [DataRow("banned")]
    [DataRow("locked")]
    [DataRow("password")]
    [DataRow("removed")]
    [DataRow("shutdown")]
    public async Task Each_logon_has_one_logoff_from_the_same_address(string end)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient first = await CompactClient.JoinAsync(server.EndPoint, "alice");
        using CompactClient second = await CompactClient.JoinAsync(server.EndPoint, "alice");
        using CompactClient bob = await CompactClient.JoinAsync(server.EndPoint, "bob");
        string[] addresses = [.. server.Ledger.Find("alice").Select(client => client.RemoteEndPoint.ToString()!)];
        switch (end)
        {
            case "leaves":
                first.Dispose();
                break;
            case "kicked":
                server.Ledger.Find("alice").First().End(DisconnectReason.Kicked);
                break;
            case "banned":
                await server.Server.BanAsync(new Ban("alice"), cancellationToken: _guard);
                break;
            case "locked":
                await server.Database.SetLockedAsync("alice", true, _guard);
                server.Server.EndSessions("alice", DisconnectReason.AccountChanged);
                break;
            case "password":
                await first.SendAsync(RawFrame.Control(FrameType.Password, new { current = "secret", @new = "another" }));
                Assert.AreEqual("account-changed", await second.ReceiveCloseAsync());
                break;
            case "removed":
                await server.Database.RemoveAccountAsync("alice", _guard);
                server.Server.EndSessions("alice", DisconnectReason.AccountChanged);
                break;
        }

        await server.StopAsync();
        List<AuditEntry> entries = await server.Audit.ReadNewestAsync(100);
        string[] logons = Of(AuditEvent.Logon), logoffs = Of(AuditEvent.Logoff);
        CollectionAssert.IsSubsetOf(addresses.Select(address => $"alice {address}").ToArray(), logons);
        Assert.HasCount(3, logons);
        CollectionAssert.AreEquivalent(logons, logoffs);

        string[] Of(AuditEvent what) => [.. entries.Where(e => e.Event == what).Select(e => $"{e.Name} {e.Address}")];
    }

    [TestMethod]
    public async Task Right_passwords_of_a_banned_user_are_in_the_trail_once_a_minute()
    {
        using var folder = new TempFolder();
        await using var audit = new AuditTrail(folder.Path);
        await using PipeServer server = await StartAsync(audit, options => options.Bans.Add("alice"));
        for (int i = 0; i < 3; i++)
            Assert.AreEqual("banned", (string?)(await server.Connect($"203.0.113.{i}").LogInAsync("Alice"))!.Json["code"]);
        Assert.AreEqual("Alice 203.0.113.0 banned", await FailedAsync(audit));
        server.Time.Advance(TimeSpan.FromSeconds(59));
        await server.Connect("198.51.100.1").LogInAsync("Alice");
        server.Time.Advance(TimeSpan.FromSeconds(1));
        await server.Connect("198.51.100.2").LogInAsync("Alice");

        Assert.AreEqual("Alice 203.0.113.0 banned, Alice 198.51.100.2 banned", await FailedAsync(audit));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task A_failed_login_is_in_the_trail_once_with_any_authenticator(bool isMine)
    {
        var mine = new Mock<IAuthenticator>();
        mine.Setup(a => a.AuthenticateAsync(It.IsAny<Credentials>(), It.IsAny<CancellationToken>()))
            .Returns((Credentials given, CancellationToken _) => new(
                given.Password == "right" ? LoginResult.Ok("alice") : new LoginResult(LoginCode.Failure)));
        await using RunningServer server = await RunningServer.StartAsync(services: services =>
        {
            if (isMine)
                services.AddSingleton(mine.Object);
        });
        await using (ServerClient alice = await server.ConnectAsync("alice", _guard, options => options.Password = "right"))
        {
        }

        await Assert.ThrowsExactlyAsync<LoginException>(() => server.ConnectAsync("Alice", _guard, options => options.Password = "wrong"));

        AuditEntry failed = (await server.Audit.ReadNewestAsync(100)).Single(entry => entry.Event == AuditEvent.FailedLogin);
        Assert.AreEqual(("Alice", "", isMine ? "" : "wrong password"), (failed.Name, failed.Actor, failed.Detail));
        StringAssert.StartsWith(failed.Address, "127.0.0.1:");
    }

    [TestMethod]
    public async Task An_application_can_kick_users_and_write_to_the_trail()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient alice = await server.ConnectAsync("alice", _guard);
        Connection connection = server.Ledger.Find("alice").Single();

        Assert.AreSame(connection, server.Server.Kick("ALICE", actor: "referee").Single());
        Assert.AreEqual(DisconnectReason.Kicked, connection.Reason);
        Assert.IsEmpty(server.Server.Kick("alice"));
        Assert.IsEmpty(server.Server.Kick("nobody"));
        server.Audit.Write(AuditEvent.Application, "alice", detail: "lost");

        IReadOnlyList<AuditEntry> entries = await server.Audit.ReadAsync(
            new AuditFilter { Events = new HashSet<AuditEvent> { AuditEvent.Kicked, AuditEvent.Application } }, cancellationToken: _guard);
        CollectionAssert.AreEqual(
            new[] { $"Kicked alice {connection.RemoteEndPoint} referee ", "Application alice   lost" },
            entries.Select(entry => $"{entry.Event} {entry.Name} {entry.Address} {entry.Actor} {entry.Detail}").ToArray());
    }

    [TestMethod]
    public async Task Logins_over_the_session_limit_are_in_the_trail_once_a_minute()
    {
        using var folder = new TempFolder();
        await using var audit = new AuditTrail(folder.Path);
        await using PipeServer server = await StartAsync(audit, options => options.Limits.MaxSessionsPerUser = 1);
        await server.Connect().JoinAsync("alice");
        for (int i = 0; i < 3; i++)
            await server.Connect("203.0.113.8").LogInAsync("alice");

        Assert.AreEqual("alice 203.0.113.8 too many sessions", await FailedAsync(audit));
    }

    [TestMethod]
    public async Task Refusals_in_the_trail_have_a_limit_per_minute()
    {
        using var folder = new TempFolder();
        await using var audit = new AuditTrail(folder.Path);
        var time = new FakeTimeProvider();
        var refusals = new RefusalTrail(audit, time);
        var address = new IPEndPoint(IPAddress.Loopback, 1);
        for (int i = 0; i <= RefusalTrail.Capacity; i++)
            refusals.Command($"user{i}", address, "refused: no admin");
        Assert.HasCount(RefusalTrail.Capacity + 1, await audit.ReadNewestAsync(10_000));
        time.Advance(TimeSpan.FromMinutes(1));
        refusals.Command("user1", address, "refused: no admin");
        Assert.AreEqual("user1", (await audit.ReadNewestAsync(1)).Single().Actor);
    }

    [TestMethod]
    public async Task Commands_of_other_users_are_in_the_trail_once_a_minute_without_their_text()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient alice = await CompactClient.JoinTlsAsync(server.EndPoint, "alice");
        for (int i = 0; i < 3; i++)
        {
            await alice.SendAsync(RawFrame.Control(FrameType.Command, new { line = "user passwd hunter2" }));
            Assert.AreEqual("not-allowed", (string?)(await alice.ReceiveAsync(FrameType.Error)).Json["code"]);
        }

        AuditEntry refused = (await server.Audit.ReadNewestAsync(100)).Single(entry => entry.Event == AuditEvent.AdminCommand);
        string address = server.Ledger.Find("alice").Single().RemoteEndPoint.ToString()!;
        Assert.AreEqual(("", address, "alice", "refused: no admin"), (refused.Name, refused.Address, refused.Actor, refused.Detail));
    }

    private static Task<PipeServer> StartAsync(AuditTrail audit, Action<ServerOptions> configure) =>
        PipeServer.StartAsync(configure, services => services.Replace(ServiceDescriptor.Singleton(_ => audit)));

    private static async Task<string> FailedAsync(AuditTrail audit) =>
        string.Join(
            ", ",
            (await audit.ReadNewestAsync(100)).Where(entry => entry.Event == AuditEvent.FailedLogin).Reverse()
                .Select(entry => $"{entry.Name} {entry.Address.Split(':')[0]} {entry.Detail}"));
}
