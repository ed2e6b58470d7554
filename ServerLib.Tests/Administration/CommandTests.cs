using System.Net;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Moq;
using ServerLib.Administration;
using ServerLib.Administration.Commands;
using ServerLib.Authentication;
using ServerLib.RateLimiting;
using ServerLib.Tests.Connections;

namespace ServerLib.Tests.Administration;

[TestClass]
public sealed class CommandTests : IDisposable
{
    private readonly StringWriter _output = new();

    [TestMethod]
    public async Task Users_lists_the_users_online_in_the_order_of_their_logins()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        Connection first = Client("zoe", time);
        time.Advance(TimeSpan.FromMinutes(1));
        Connection second = Client("al", time);

        Assert.AreEqual(0, await RunAsync(new UsersCommand(Ledger(second, first), time)));
        Assert.AreEqual("zoe  127.0.0.1:7  since 2026-01-02 03:04:05 +00:00\nal   127.0.0.1:7  since 2026-01-02 03:05:05 +00:00\n", Output);
    }

    [TestMethod]
    public async Task Users_says_that_nobody_is_on_line()
    {
        Assert.AreEqual(0, await RunAsync(new UsersCommand(Ledger(), TimeProvider.System)));
        Assert.AreEqual("nobody is connected\n", Output);
    }

    [TestMethod]
    public async Task Kick_ends_every_connection_of_the_user_and_no_other()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient one = await server.ConnectAsync("zoe", Guard.NewToken());
        await using ServerClient other = await server.ConnectAsync("al", Guard.NewToken());
        await using ServerClient two = await server.ConnectAsync("zoe", Guard.NewToken());
        IReadOnlyCollection<Connection> kicked = server.Ledger.Find("zoe");

        Assert.AreEqual(0, await RunAsync(new KickCommand(server.Server), "zoe"));
        Assert.IsTrue(kicked.All(connection => connection.Reason == DisconnectReason.Kicked));
        Assert.AreEqual(DisconnectReason.None, server.Ledger.Find("al").Single().Reason);
        CollectionAssert.AreEquivalent(
            kicked.Select(connection => $"kicked zoe@{connection.RemoteEndPoint}").ToArray(),
            Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [TestMethod]
    public async Task Kick_does_not_find_a_user_who_is_not_online()
    {
        await using RunningServer server = await RunningServer.StartAsync();

        Assert.AreEqual(3, await RunAsync(new KickCommand(server.Server), "z\u001boe"));
        Assert.AreEqual("z\\u001Boe is not connected\n", Output);
    }

    [TestMethod]
    [DataRow(1, 0, 0, "sent to 1 connection\n")]
    [DataRow(1, 1, 3, "sent to 2 connections; 3 connections could not get it\n")]
    public async Task Say_sends_to_everyone_in_the_servers_name(int sent, int queued, int dropped, string expected)
    {
        var router = new Mock<IMessageRouter>(MockBehavior.Strict);
        router.Setup(r => r.SendToAllAsync(
                "SERVER", It.Is<Message>(m => m.Text == "grüß  Gott"), null, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new SendReport(sent, queued, dropped));

        Assert.AreEqual(0, await RunAsync(new SayCommand(router.Object), "grüß  Gott"));
        Assert.AreEqual(expected, Output);
    }

    [TestMethod]
    public async Task Throttle_list_shows_addresses_accounts_and_registrations_with_the_time_left()
    {
        var time = new FakeTimeProvider();
        using LoginThrottle guesses = Guesses(time);
        time.Advance(TimeSpan.FromSeconds(0.5));

        Assert.AreEqual(0, await RunAsync(Throttle(guesses), "list"));
        Assert.AreEqual(
            "address        203.0.113.9    refused for 30s\n"
            + "address        2001:db8::/64  not refused      penalty of 5s\n"
            + "account        z\\u001Boe      waits for 15s    5 wrong passwords\n"
            + "account        al             need not wait    1 wrong password from 203.0.113.9\n"
            + "registrations  198.51.100.7   waits for 360s   10 accounts in the last hour\n"
            + "registrations  198.51.100.8   need not wait    9 accounts in the last hour\n",
            Output);
    }

    [TestMethod]
    public async Task Throttle_list_says_that_nobody_is_throttled()
    {
        using var guesses = new LoginThrottle(new ServerOptions());

        Assert.AreEqual(0, await RunAsync(Throttle(guesses), "list"));
        Assert.AreEqual("nobody is throttled\n", Output);
    }

    [TestMethod]
    public async Task Throttle_list_shows_at_most_a_hundred_of_each_kind()
    {
        using var guesses = new LoginThrottle(new ServerOptions());
        for (int i = 0; i < 102; i++)
            guesses.Addresses.Add(new IPEndPoint(new IPAddress([203, 0, 113, (byte)i]), 1), TimeSpan.FromMinutes(1));

        await RunAsync(Throttle(guesses), "list");
        Assert.HasCount(101, Output.TrimEnd().Split('\n'));
        StringAssert.EndsWith(Output, "\nand 2 more addresses\n");
    }

    [TestMethod]
    [DataRow("Z\u001bOE", "cleared 1 entry of Z\\u001BOE\n")]
    [DataRow("203.0.113.9", "cleared 1 entry of 203.0.113.9\n")]
    [DataRow("198.51.100.7", "cleared 1 entry of 198.51.100.7\n")]
    [DataRow("2001:db8::/32", "cleared 1 entry of 2001:db8::/32\n")]
    [DataRow("all", "cleared 6 entries\n")]
    public async Task Throttle_clear_is_recorded_in_the_audit_trail(string whom, string expected)
    {
        using var folder = new TempFolder();
        await using var audit = new AuditTrail(folder.Path);
        using LoginThrottle guesses = Guesses(new FakeTimeProvider());

        Assert.AreEqual(0, await RunAsync(Throttle(guesses, audit), $"clear {whom}"));
        Assert.AreEqual(expected, Output);
        AuditEntry entry = (await audit.ReadNewestAsync(9)).Single(e => e.Event != AuditEvent.ChainStarted);
        Assert.AreEqual($"ThrottleCleared {whom} console", $"{entry.Event} {entry.Name} {entry.Actor}");
    }

    [TestMethod]
    public async Task Throttle_clear_finds_nothing_of_a_name_without_entries()
    {
        using var folder = new TempFolder();
        await using var audit = new AuditTrail(folder.Path);
        using LoginThrottle guesses = Guesses(new FakeTimeProvider());

        Assert.AreEqual(3, await RunAsync(Throttle(guesses, audit), "clear no\u001bbody"));
        using var none = new LoginThrottle(new ServerOptions());
        Assert.AreEqual(3, await RunAsync(Throttle(none, audit), "clear all"));
        Assert.AreEqual(2, await RunAsync(Throttle(guesses, audit), "clear 10.0.0.0/33"));
        StringAssert.StartsWith(
            Output, "no\\u001Bbody is not throttled; 'throttle list' shows who is\nnobody is throttled\n10.0.0.0/33 is not a range such as ");
        Assert.IsEmpty((await audit.ReadNewestAsync(9)).Where(e => e.Event != AuditEvent.ChainStarted));
    }

    [TestMethod]
    public async Task Shutdown_stops_the_application()
    {
        var lifetime = new Mock<IHostApplicationLifetime>();

        Assert.AreEqual(0, await RunAsync(new ShutdownCommand(lifetime.Object)));
        lifetime.Verify(l => l.StopApplication(), Times.Once);
    }

    [TestMethod]
    public async Task Audit_appends_the_accounts_between_its_lines()
    {
        using var folder = new TempFolder();
        string path = folder.File("database_audit.txt");
        AuditCommand audit = Audit(folder, stream => stream.Write("{ }"u8));
        const string One = "====\n====\n====\n====\n{ }\n****\n****\n****\n";

        Assert.AreEqual(0, await RunAsync(audit));
        Assert.AreEqual(One, File.ReadAllText(path));
        Assert.AreEqual($"appended the accounts to {path}\n", Output);
        if (!OperatingSystem.IsWindows())
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));

        await RunAsync(audit);
        Assert.AreEqual(One + One, File.ReadAllText(path));
    }

    [TestMethod]
    public async Task Audit_leaves_no_half_behind_when_the_database_fails()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("database_audit.txt"), "before");
        AuditCommand audit = Audit(folder, stream =>
        {
            stream.Write(new byte[200_000]);
            throw new ServerLibException("lost");
        });

        await Assert.ThrowsExactlyAsync<ServerLibException>(() => RunAsync(audit));
        Assert.AreEqual("before", File.ReadAllText(folder.File("database_audit.txt")));
    }

    public void Dispose() => _output.Dispose();

    private string Output => _output.ToString().ReplaceLineEndings("\n");

    private Task<int> RunAsync(IAdminCommand command, string argument = "") =>
        command.RunAsync(new CommandContext(argument, CommandCaller.Console, _output), Guard.NewToken()).AsTask();

    private static AuditCommand Audit(TempFolder folder, Action<Stream> write)
    {
        var database = new Mock<IUserDatabase>();
        database.Setup(d => d.AuditAsync(It.IsAny<Stream>(), It.IsAny<CancellationToken>()))
            .Callback((Stream stream, CancellationToken _) => write(stream));
        return new AuditCommand(database.Object, Options.Create(new AdministrationOptions { WorkingDirectory = folder.Path }));
    }

    private static ThrottleCommand Throttle(LoginThrottle throttle, AuditTrail? audit = null) =>
        new(new ThrottleList(throttle), new ThrottleClear(throttle, audit!));

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
