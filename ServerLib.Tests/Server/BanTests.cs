using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Moq;
using ServerLib.Protocol;
using ServerLib.Tests.Accounts;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Server;

/// <summary>Tests bans with clients.</summary>
[TestClass]
public sealed class BanTests
{
    [TestMethod]
    public async Task A_banned_address_is_closed_at_once_until_the_ban_ends()
    {
        await using PipeServer server = await PipeServer.StartAsync();
        Assert.AreEqual(0, await server.Server.BanAsync(new Ban("203.0.113.0/24", server.Time.GetUtcNow().AddMinutes(1))));
        Assert.IsNull(await server.Connect("203.0.113.7").LogInAsync("alice"));
        Assert.IsNull(await server.Connect("::ffff:203.0.113.7").LogInAsync("alice"));
        await server.Connect("203.0.112.7").JoinAsync("alice");
        server.Time.Advance(TimeSpan.FromMinutes(1));
        await server.Connect("203.0.113.7").JoinAsync("alice");
        Assert.AreEqual(1, server.Logged.Count(line => line.StartsWith("[ ALERT ] connections refused because the address is banned: 1", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_ban_of_an_address_ends_its_connections_logged_in_or_not()
    {
        await using PipeServer server = await PipeServer.StartAsync();
        CompactClient alice = server.Connect("203.0.113.7");
        await alice.JoinAsync("alice");
        CompactClient unknown = server.Connect("203.0.113.8");
        Assert.AreEqual("refused", (string?)(await unknown.LogInAsync("not a name"))!.Json["code"]);
        CompactClient bob = server.Connect("198.51.100.1");
        await bob.JoinAsync("bob");
        CompactClient local = server.Connect("127.0.0.1");
        await local.JoinAsync("local");

        Assert.AreEqual(2, await server.Server.BanAsync(new Ban("203.0.113.0/24", Reason: "alice's friends")));
        Assert.AreEqual("You are banned from this server: alice's friends.", await ReceiveTextOfCloseAsync(alice));
        Assert.AreEqual("You are banned from this server.", await ReceiveTextOfCloseAsync(unknown));
        Assert.AreEqual(0, await server.Server.BanAsync(new Ban("126.0.0.0/7")));
        await bob.SettleAsync();
        await local.SettleAsync();
    }

    [TestMethod]
    public async Task A_ban_of_a_user_ends_all_sessions_and_refuses_the_next_with_its_reason()
    {
        await using PipeServer server = await PipeServer.StartAsync();
        CompactClient one = server.Connect();
        await one.JoinAsync("alice");
        CompactClient two = server.Connect("127.0.0.1");
        await two.JoinAsync("ALICE");
        CompactClient other = server.Connect();
        await other.JoinAsync("bob");

        Assert.AreEqual(2, await server.Server.BanAsync(new Ban("Alice", server.Time.GetUtcNow().AddHours(1), "spam")));
        RawFrame close = await one.ReceiveAsync(FrameType.Close);
        Assert.AreEqual("banned", (string?)close.Json["code"]);
        Assert.AreEqual(3_600_000, (long?)close.Json["retryAfterMs"]);
        Assert.AreEqual("You are banned from this server until 2030-01-01 01:00 UTC: spam.", await ReceiveTextOfCloseAsync(two));
        await other.SettleAsync();
        CompactClient again = server.Connect();
        RawFrame refused = (await again.LogInAsync("alice"))!;
        Assert.AreEqual("banned", (string?)refused.Json["code"]);
        Assert.AreEqual("You are banned from this server until 2030-01-01 01:00 UTC: spam.", (string?)refused.Json["text"]);
        Assert.AreEqual(3_600_000, (long?)refused.Json["retryAfterMs"]);
        Assert.AreEqual("FAILURE", await server.ConnectClassic().LoginAsync("alice", "secret", Guard.NewToken()));
        server.Time.Advance(TimeSpan.FromHours(1));

        // From another address: the two refused clients have used up their grace time, so their address has a penalty.
        await server.Connect("203.0.113.8").JoinAsync("alice");
    }

    [TestMethod]
    [DataRow("", "You are banned from this server.")]
    [DataRow("spam", "You are banned from this server: spam.")]
    [DataRow("spam!", "You are banned from this server: spam!")]
    [DataRow("why?", "You are banned from this server: why?")]
    [DataRow("Spam. ", "You are banned from this server: Spam.")]
    public async Task The_notice_of_a_ban_ends_with_one_full_stop(string reason, string expected)
    {
        await using PipeServer server = await PipeServer.StartAsync();
        await server.Connect().JoinAsync("alice");
        await server.Server.BanAsync(new Ban("alice", Reason: reason));
        Assert.AreEqual(expected, (string?)(await server.Connect().LogInAsync("alice"))!.Json["text"]);
    }

    [TestMethod]
    public async Task A_banned_name_without_its_password_is_answered_like_any_other_name()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = folder.Open();
        await database.CreateNewUserAsync(new Credentials("alice", "right"));
        await using PipeServer server = await PipeServer.StartAsync(
            options => options.Bans.Add("nobody"), services => services.Replace(ServiceDescriptor.Singleton<IUserDatabase>(database)));
        await server.Server.BanAsync(new Ban("alice"));
        CompactClient unknown = server.Connect();
        Assert.AreEqual("failure", (string?)(await unknown.LogInAsync("alice", "wrong"))!.Json["code"]);
        Assert.AreEqual("failure", (string?)(await unknown.TryAgainAsync("nobody", "wrong"))!.Json["code"]);
        Assert.IsFalse(await database.HasUserAsync("nobody"));
        Assert.AreEqual("banned", (string?)(await unknown.TryAgainAsync("alice", "right"))!.Json["code"]);
        Assert.AreEqual("ok", (string?)(await unknown.TryAgainAsync("bob", "new"))!.Json["code"]);
    }

    [TestMethod]
    public async Task Bans_are_in_force_after_a_restart_unless_they_have_ended()
    {
        using var folder = new AccountsFolder();
        await using (LiteDbUserDatabase database = folder.Open())
        {
            await using PipeServer server = await PipeServer.StartAsync(
                services: services => services.Replace(ServiceDescriptor.Singleton<IUserDatabase>(_ => database))
                    .Replace(ServiceDescriptor.Singleton<IBanDatabase>(_ => database)));
            Assert.IsTrue(server.Server.KeepsBans);
            await server.Server.BanAsync(new Ban("203.0.113.7", Reason: "why") { CreatedBy = "console" });
            await server.Server.BanAsync(new Ban("203.0.113.8", server.Time.GetUtcNow().AddMinutes(1)));
            await server.Server.BanAsync(new Ban("203.0.113.9"));
            Assert.IsTrue(await server.Server.UnbanAsync("203.0.113.9"));
            Assert.IsFalse(await server.Server.UnbanAsync("203.0.113.9"));
        }

        await using LiteDbUserDatabase again = folder.Open();
        await using PipeServer restarted = await PipeServer.StartAsync(
            later: TimeSpan.FromMinutes(1),
            services: services => services.Replace(ServiceDescriptor.Singleton<IUserDatabase>(_ => again))
                .Replace(ServiceDescriptor.Singleton<IBanDatabase>(_ => again)));
        Ban kept = restarted.Server.Bans.Single();
        Assert.AreEqual(("203.0.113.7", "why", "console"), (kept.Target, kept.Reason, kept.CreatedBy));
        Assert.IsNull(await restarted.Connect("203.0.113.7").LogInAsync("alice"));
        await restarted.Connect("203.0.113.8").JoinAsync("alice");

        // The clock may be wrong, so the ban that has ended is deleted only a day later, with the next ban.
        Assert.HasCount(2, await again.GetBansAsync());
        restarted.Time.Advance(TimeSpan.FromDays(1));
        await restarted.Server.BanAsync(new Ban("203.0.113.10"));
        CollectionAssert.AreEquivalent((string[])["203.0.113.7", "203.0.113.10"], (await again.GetBansAsync()).Select(ban => ban.Target).ToArray());
    }

    [TestMethod]
    public async Task A_ban_of_the_configuration_cannot_be_lifted_or_replaced()
    {
        await using PipeServer server = await PipeServer.StartAsync(options =>
        {
            options.Bans.Add("203.0.113.0/24");
            options.Bans.Add("Mallory");
        });
        Assert.IsNull(await server.Connect("203.0.113.7").LogInAsync("alice"));
        Assert.AreEqual("banned", (string?)(await server.Connect("198.51.100.1").LogInAsync("mallory"))!.Json["code"]);
        await Assert.ThrowsExactlyAsync<ServerLibException>(async () => await server.Server.UnbanAsync("MALLORY"));
        await Assert.ThrowsExactlyAsync<ServerLibException>(async () => await server.Server.BanAsync(new Ban("203.0.113.0/24")));
        CollectionAssert.AreEquivalent(new[] { "203.0.113.0/24", "Mallory" }, server.Server.Bans.Select(ban => ban.Target).ToArray());
        Assert.IsFalse(server.Server.KeepsBans);
    }

    [TestMethod]
    public async Task A_ban_of_an_invalid_target_is_refused()
    {
        await using PipeServer server = await PipeServer.StartAsync();
        foreach (Ban ban in (Ban[])[new("127.0.0.1"), new("0.0.0.0/0"), new("10.0.0.1/8"), new("SERVER"), new("ada", server.Time.GetUtcNow())])
            await Assert.ThrowsExactlyAsync<ServerLibException>(async () => await server.Server.BanAsync(ban));
        Assert.IsEmpty(server.Server.Bans);
    }

    [TestMethod]
    public async Task A_ban_ends_a_login_that_is_being_completed()
    {
        var loggingOn = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        var database = new Mock<IUserDatabase>();
        database.Setup(d => d.HasUserAsync(It.IsAny<string>(), It.IsAny<CancellationToken>())).ReturnsAsync(true);
        database.Setup(d => d.AuthenticateUserAsync(It.IsAny<Credentials>(), It.IsAny<CancellationToken>())).ReturnsAsync(LoginResult.Ok("alice"));
        database.Setup(d => d.LogConnectionAsync("alice", It.IsAny<System.Net.EndPoint>(), It.IsAny<CancellationToken>()))
            .Returns(async () =>
            {
                loggingOn.SetResult();
                await goOn.Task;
            });
        await using PipeServer server = await PipeServer.StartAsync(
            services: services => services.Replace(ServiceDescriptor.Singleton(database.Object)));
        CompactClient alice = server.Connect();
        await alice.LogInAsync("alice");
        await loggingOn.Task.WaitAsync(Guard.NewToken());
        Assert.AreEqual(0, await server.Server.BanAsync(new Ban("alice")));
        goOn.SetResult();
        Assert.AreEqual("banned", await alice.ReceiveCloseAsync());
        await alice.LeaveAsync();
    }

    private static async Task<string?> ReceiveTextOfCloseAsync(CompactClient peer) => (string?)(await peer.ReceiveLastAsync())?.Json["text"];
}
