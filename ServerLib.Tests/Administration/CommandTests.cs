using System.Net;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Moq;
using ServerLib.Administration;
using ServerLib.Authentication;
using ServerLib.RateLimiting;
using ServerLib.Tests.Clients;
using ServerLib.Tests.Connections;

namespace ServerLib.Tests.Administration;

[TestClass]
public sealed class CommandTests
{
    [TestMethod]
    public async Task Users_lists_the_users_online_in_the_order_of_their_logins()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        Connection first = Client("zoe", time);
        time.Advance(TimeSpan.FromMinutes(1));
        Connection second = Client("al", time);

        await using var run = new AdminRun(Ledger(second, first), time);
        Assert.AreEqual(
            (0, "NAME  ADDRESS      SINCE\nzoe   127.0.0.1:7  2026-01-02 03:04:05 +00:00\nal    127.0.0.1:7  2026-01-02 03:05:05 +00:00"),
            await run.AnswerAsync("users"));
        Assert.IsEmpty(await run.AuditedAsync());
    }

    [TestMethod]
    public async Task Users_says_that_nobody_is_connected()
    {
        await using var run = new AdminRun(Ledger());
        Assert.AreEqual((0, "nobody is connected"), await run.AnswerAsync("users"));
    }

    [TestMethod]
    public async Task Kick_ends_every_connection_of_the_user_and_no_other()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient one = await server.ConnectAsync("zoe", Guard.NewToken());
        await using ServerClient other = await server.ConnectAsync("al", Guard.NewToken());
        await using ServerClient two = await server.ConnectAsync("zoe", Guard.NewToken());
        IReadOnlyCollection<Connection> kicked = server.Ledger.Find("zoe");

        await using var run = new AdminRun(server.Server);
        (int exit, string output) = await run.AnswerAsync("kick zoe out of here");
        Assert.AreEqual(0, exit);
        Assert.IsTrue(kicked.All(connection => connection.Reason == DisconnectReason.Kicked));
        Assert.AreEqual(DisconnectReason.None, server.Ledger.Find("al").Single().Reason);
        CollectionAssert.AreEquivalent(
            kicked.Select(connection => $"kicked zoe@{connection.RemoteEndPoint}").ToArray(),
            output.Split('\n'));
        Assert.Contains("out of here", (await one.EndAsync(Guard.NewToken())).Message);
    }

    [TestMethod]
    public async Task Kick_does_not_find_a_user_who_is_not_online()
    {
        await using RunningServer server = await RunningServer.StartAsync();

        await using var run = new AdminRun(server.Server);
        Assert.AreEqual((3, "z\\u001Boe is not connected"), await run.AnswerAsync("kick z\u001boe"));
    }

    [TestMethod]
    [DataRow(1, 0, 0, "sent to 1 connection")]
    [DataRow(1, 1, 3, "sent to 2 connections; 3 connections could not get it")]
    public async Task Say_sends_to_everyone_in_the_servers_name(int sent, int queued, int dropped, string expected)
    {
        var router = new Mock<IMessageRouter>(MockBehavior.Strict);
        router.Setup(r => r.SendToAllAsync(
                "SERVER", It.Is<Message>(m => m.Text == "grüß  Gott --json"), null, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new SendReport(sent, queued, dropped));

        await using var run = new AdminRun(router.Object);
        Assert.AreEqual((0, expected), await run.AnswerAsync("say \"grüß  Gott\" -- --json"));
    }

    [TestMethod]
    public async Task Throttle_list_shows_addresses_accounts_and_registrations_with_the_time_left()
    {
        var time = new FakeTimeProvider();
        using LoginThrottle guesses = Guesses(time);
        time.Advance(TimeSpan.FromSeconds(0.5));

        await using var run = new AdminRun(guesses);
        Assert.AreEqual(
            (0, "KIND           TARGET         STATE            REASON\n"
            + "address        203.0.113.9    refused for 30s\n"
            + "address        2001:db8::/64  not refused      penalty of 5s\n"
            + "account        z\\u001Boe      waits for 15s    5 wrong passwords\n"
            + "account        al             need not wait    1 wrong password from 203.0.113.9\n"
            + "registrations  198.51.100.7   waits for 360s   10 accounts in the last hour\n"
            + "registrations  198.51.100.8   need not wait    9 accounts in the last hour"),
            await run.AnswerAsync("throttle list"));
    }

    [TestMethod]
    public async Task Throttle_list_says_that_nobody_is_throttled()
    {
        using var guesses = new LoginThrottle(new ServerOptions());

        await using var run = new AdminRun(guesses);
        Assert.AreEqual((0, "nobody is throttled"), await run.AnswerAsync("throttle list"));
    }

    [TestMethod]
    public async Task Throttle_list_shows_at_most_a_hundred_of_each_kind()
    {
        using var guesses = new LoginThrottle(new ServerOptions());
        for (int i = 0; i < 102; i++)
            guesses.Addresses.Add(new IPEndPoint(new IPAddress([203, 0, 113, (byte)i]), 1), TimeSpan.FromMinutes(1));

        await using var run = new AdminRun(guesses);
        string output = (await run.RunAsync("throttle list")).Text;
        Assert.HasCount(102, output.Split('\n'));
        Assert.EndsWith("\nand 2 more addresses", output);
    }

    [TestMethod]
    [DataRow("Z\u001bOE", "cleared 1 entry of Z\\u001BOE")]
    [DataRow("203.0.113.9", "cleared 1 entry of 203.0.113.9")]
    [DataRow("198.51.100.7", "cleared 1 entry of 198.51.100.7")]
    [DataRow("2001:db8::/32", "cleared 1 entry of 2001:db8::/32")]
    [DataRow("all", "cleared 6 entries")]
    public async Task Throttle_clear_is_recorded_in_the_audit_trail(string whom, string expected)
    {
        using LoginThrottle guesses = Guesses(new FakeTimeProvider());
        await using var run = new AdminRun(guesses);

        Assert.AreEqual((0, expected), await run.AnswerAsync($"throttle clear {whom}"));
        AuditEntry entry = (await run.Audit.ReadNewestAsync(9)).Single(e => e.Event == AuditEvent.ThrottleCleared);
        Assert.AreEqual($"{whom} console", $"{entry.Name} {entry.Actor}");
    }

    [TestMethod]
    public async Task Throttle_clear_finds_nothing_of_a_name_without_entries()
    {
        using LoginThrottle guesses = Guesses(new FakeTimeProvider());
        using var none = new LoginThrottle(new ServerOptions());
        await using var run = new AdminRun(guesses);
        await using var empty = new AdminRun(none);

        Assert.AreEqual(
            (3, "no\\u001Bbody is not throttled; 'throttle list' shows who is"), await run.AnswerAsync("throttle clear no\u001bbody"));
        Assert.AreEqual((3, "nobody is throttled"), await empty.AnswerAsync("throttle clear all"));
        (int exit, string output) = await run.AnswerAsync("throttle clear 10.0.0.0/33");
        Assert.AreEqual(2, exit);
        Assert.StartsWith("10.0.0.0/33 is not a range such as ", output);
        Assert.IsEmpty((await run.Audit.ReadNewestAsync(9)).Where(e => e.Event == AuditEvent.ThrottleCleared));
    }

    [TestMethod]
    public async Task Shutdown_stops_the_application()
    {
        var lifetime = new Mock<IHostApplicationLifetime>();
        await using var run = new AdminRun(lifetime.Object);

        Assert.AreEqual((0, ""), await run.AnswerAsync("shutdown"));
        lifetime.Verify(l => l.StopApplication(), Times.Once);
    }

    [TestMethod]
    public async Task Audit_appends_the_accounts_between_its_lines()
    {
        using var folder = new TempFolder();
        string path = folder.File("database_audit.txt");
        await using AdminRun run = Audit(folder, stream => stream.Write("{ }"u8));
        const string One = "====\n====\n====\n====\n{ }\n****\n****\n****\n";

        Assert.AreEqual((0, $"appended the accounts to {path}"), await run.AnswerAsync("audit"));
        Assert.AreEqual(One, File.ReadAllText(path));
        if (!OperatingSystem.IsWindows())
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));

        await run.RunAsync("audit");
        Assert.AreEqual(One + One, File.ReadAllText(path));
    }

    [TestMethod]
    public async Task Audit_leaves_no_half_behind_when_the_database_fails()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("database_audit.txt"), "before");
        await using AdminRun run = Audit(folder, stream =>
        {
            stream.Write(new byte[200_000]);
            throw new ServerLibException("lost");
        });

        Assert.AreEqual((1, "audit failed: lost"), await run.AnswerAsync("audit"));
        Assert.AreEqual("before", File.ReadAllText(folder.File("database_audit.txt")));
    }

    [TestMethod]
    public async Task Audit_writes_no_file_for_an_admins_connection()
    {
        using var folder = new TempFolder();
        await using AdminRun run = Audit(folder, stream => stream.Write("{ }"u8));

        Assert.AreEqual(2, (await run.RunAsync("audit", caller: new("ada", "192.0.2.1:7"))).Exit);
        Assert.IsEmpty(Directory.GetFiles(folder.Path));
    }

    private static AdminRun Audit(TempFolder folder, Action<Stream> write)
    {
        var database = new Mock<IUserDatabase>();
        database.Setup(d => d.AuditAsync(It.IsAny<Stream>(), It.IsAny<CancellationToken>()))
            .Callback((Stream stream, CancellationToken _) => write(stream));
        return new AdminRun(database.Object, Options.Create(new AdministrationOptions { WorkingDirectory = folder.Path }));
    }

    private static LoginThrottle Guesses(TimeProvider time)
    {
        var home = new IPEndPoint(IPAddress.Parse("203.0.113.9"), 1);
        var guesses = new LoginThrottle(new ServerOptions(), timeProvider: time);
        guesses.Addresses.Add(home, TimeSpan.FromSeconds(30));
        guesses.Addresses.Add(new IPEndPoint(IPAddress.Parse("2001:db8::1"), 1), TimeSpan.FromSeconds(5));
        Attempt("al", "right", LoginCode.Ok);
        Attempt("al", "wrong", LoginCode.Failure);
        for (int i = 0; i < 5; i++)
            Attempt("z\u001boe", $"{i}", LoginCode.Failure);
        for (int i = 0; i < 19; i++)
            Assert.IsTrue(guesses.Registrations.TryAcquire(new IPEndPoint(new IPAddress([198, 51, 100, (byte)(7 + (i / 10))]), 1), out _));
        return guesses;

        void Attempt(string name, string password, LoginCode code)
        {
            Assert.IsTrue(guesses.Accounts.TryBegin(name, AddressBlock.Of(home), password, out LoginAttempt attempt, out _));
            guesses.Accounts.End(attempt, code, out _);
        }
    }

    private static Connection Client(string name, TimeProvider? time = null)
    {
        Connection connection = new MemoryConnection(time: time).Connection;
        connection.UpdateAlias(name);
        return connection;
    }

    private static IConnectionLedger Ledger(params Connection[] connections)
    {
        var ledger = new Mock<IConnectionLedger>();
        ledger.Setup(l => l.Connections).Returns(connections);
        ledger.Setup(l => l.Find(It.IsAny<string>())).Returns((string name) => [.. connections.Where(c => c.Alias == name)]);
        return ledger.Object;
    }
}
