using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Moq;
using ServerLib.Administration;
using ServerLib.Authentication;
using ServerLib.RateLimiting;
using ServerLib.Testing;
using ServerLib.Tests.Clients;
using ServerLib.Tests.Connections;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Administration;

/// <summary>The commands on accounts, without a program.</summary>
[TestClass]
public sealed class UserCommandTests
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly InMemoryUserDatabase _database;

    public UserCommandTests() => _database = new InMemoryUserDatabase(_time);

    [TestMethod]
    public async Task An_account_that_is_added_twice_exits_with_0_and_then_with_3()
    {
        await using AdminRun run = OnFiles();

        Assert.AreEqual((0, "added ada"), await run.AnswerAsync("user add ada", "correct horse"));
        Assert.AreEqual((3, "there is already an account ADA"), await run.AnswerAsync("user add ADA", "correct horse"));
        Assert.AreEqual((3, "there is already an account ada"), await run.AnswerAsync("user add ada --generate"));
        CollectionAssert.AreEqual((string[])["ada"], _database.Names.ToArray());
    }

    [TestMethod]
    public async Task An_account_may_be_added_as_an_admin()
    {
        await using AdminRun run = OnFiles();

        Assert.AreEqual((0, "added ada, an admin"), await run.AnswerAsync("user add ada --role admin", "correct horse"));
        Assert.IsTrue((await _database.FindAccountAsync("ada", _guard))!.IsAdmin);
        Assert.AreEqual(
            "RoleChanged ada grant admin",
            string.Join(' ', (await run.Audit.ReadNewestAsync(9)).Where(e => e.Event == AuditEvent.RoleChanged).Select(e => $"{e.Event} {e.Name} {e.Detail}")));
        Assert.AreEqual(2, (await run.RunAsync("user add bob --role root", "correct horse")).Exit);
        Assert.AreEqual(2, (await run.RunAsync("user add console --role admin", "correct horse")).Exit);
        Assert.HasCount(1, _database.Names);
    }

    [TestMethod]
    [DataRow("user add bob")]
    [DataRow("user passwd ada")]
    public async Task A_given_password_has_to_follow_the_rules(string line)
    {
        await using AdminRun run = OnFiles();
        await run.RunAsync("user add ada", "correct horse");

        Assert.AreEqual((2, "A password has 8 to 256 characters."), await run.AnswerAsync(line, "short"));
        Assert.AreEqual(
            (2, "there is no password; give it with --password-stdin, or let the server make one with --generate"), await run.AnswerAsync(line));
        Assert.AreEqual(
            (2, "--password-stdin and --generate cannot be used together"), await run.AnswerAsync($"{line} --generate --password-stdin", "battery staple"));
        Assert.AreEqual(0, (await run.RunAsync(line, "battery staple")).Exit);
        string name = line.Split(' ')[^1];
        Assert.IsTrue((await _database.AuthenticateUserAsync(new(name, "battery staple"), _guard)).IsOk);
    }

    [TestMethod]
    [DataRow("user add ada --generate")]
    [DataRow("user passwd ada --generate")]
    public async Task A_generated_password_is_printed_and_logs_in(string line)
    {
        await using AdminRun run = OnFiles();
        if (line.Contains("passwd", StringComparison.Ordinal))
            await run.RunAsync("user add ada", "correct horse");
        CommandOutput output = await run.RunAsync(line);
        string password = output.Data!.Value.GetProperty("password").GetString()!;

        Assert.AreEqual(0, output.Exit);
        Assert.EndsWith($" {password}", output.Text);
        Assert.IsGreaterThanOrEqualTo(20, password.Length);
        Assert.IsTrue((await _database.AuthenticateUserAsync(new("ada", password), _guard)).IsOk);
        Assert.IsFalse((await run.Audit.ReadNewestAsync(9)).Any(entry => entry.ToString().Contains(password, StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task User_show_tells_everything_that_is_known_of_an_account()
    {
        using var throttle = new LoginThrottle(new ServerOptions(), timeProvider: _time);
        await using AuditTrail audit = AuditTrail.CreateEphemeral(timeProvider: _time);
        await _database.AddAccountAsync("Ada", "correct horse", _guard);
        await _database.SetAdminAsync("ada", isAdmin: true, _guard);
        await _database.SetLockedAsync("ada", isLocked: true, _guard);
        byte[] key = ClientKeys.Next().ExportSubjectPublicKeyInfo();
        await _database.AddKeyAsync("ada", "laptop", key, _guard);
        audit.Write(AuditEvent.Logon, "Ada", "203.0.113.9:1");
        audit.Write(AuditEvent.FailedLogin, "Ada", "203.0.113.9:2", detail: "wrong password");
        for (int i = 0; i < 5; i++)
            Fail(throttle, "ada", $"{i}");
        Connection connection = new MemoryConnection(time: _time).Connection;
        connection.UpdateAlias("Ada");
        Ban[] bans = [new Ban("ada", _time.GetUtcNow().AddHours(1), "spam") { CreatedBy = "zoe" }];
        var server = Mock.Of<IServerControl>(s => s.Bans == bans);
        var ledger = new Mock<IConnectionLedger>();
        ledger.Setup(l => l.Find("Ada")).Returns([connection]);
        await using var run = new AdminRun(_database, _time, throttle, audit, server, ledger.Object);
        CommandOutput output = await run.RunAsync("user show ADA");

        Assert.AreEqual(0, output.Exit, output.Text);
        string[] rows = [.. output.Table!.Rows.Select(row => $"{row[0]}: {row[1]}")];
        CollectionAssert.AreEqual(
            (string[])
            [
                "name: Ada", "role: admin", "locked: yes; 'user unlock Ada' unlocks it", "banned: until 2026-01-02 04:04:05 +00:00, by zoe: spam",
                "throttled: until 2026-01-02 03:04:20 +00:00, after 5 wrong passwords", "registered: 2026-01-02 03:04:05 +00:00",
                "password set: 2026-01-02 03:04:05 +00:00", "session: 127.0.0.1:7 since 2026-01-02 03:04:05 +00:00",
                $"key: laptop {UserKey.FingerprintOf(key)}, last used never", "last login: 2026-01-02 03:04:05 +00:00 from 203.0.113.9:1",
                "failed login: 2026-01-02 03:04:05 +00:00 from 203.0.113.9:2: wrong password",
            ],
            rows,
            output.Text);
        JsonElement data = output.Data!.Value;
        Assert.AreEqual("Ada True True", $"{data.GetProperty("name")} {data.GetProperty("isAdmin")} {data.GetProperty("isLocked")}");
        Assert.AreEqual("spam", data.GetProperty("ban").GetProperty("reason").GetString());
        Assert.AreEqual(5, data.GetProperty("waits")[0].GetProperty("wrongPasswords").GetInt32());
        Assert.AreEqual("127.0.0.1:7", data.GetProperty("sessions")[0].GetProperty("address").GetString());
        Assert.AreEqual("laptop", data.GetProperty("keys")[0].GetProperty("name").GetString());
        Assert.AreEqual("203.0.113.9:1", data.GetProperty("lastLogin").GetProperty("address").GetString());
        Assert.AreEqual("wrong password", data.GetProperty("lastFailures")[0].GetProperty("detail").GetString());
        Assert.IsEmpty(await run.AuditedAsync());
    }

    [TestMethod]
    public async Task User_show_of_a_new_account_says_that_nothing_prevents_its_logins()
    {
        await using AdminRun run = OnFiles();
        await _database.AddAccountAsync("ada", "correct horse", _guard);
        CommandOutput output = await run.RunAsync("user show ada");

        Assert.AreEqual(0, output.Exit, output.Text);
        foreach (string row in (string[])["locked no", "banned no", "throttled no", "role none", "last login not in the audit trail"])
            Assert.Contains(row, output.Table!.Rows.Select(cells => string.Join(' ', cells)).ToArray());
        Assert.AreEqual((3, "there is no account bob"), await run.AnswerAsync("user show bob"));
    }

    [TestMethod]
    public async Task User_logout_ends_the_sessions_and_changes_the_stamp()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient ada = await server.ConnectAsync("ada", _guard);
        await using ServerClient bob = await server.ConnectAsync("bob", _guard);
        Guid? before = await server.Database.GetStampAsync("ada", _guard);
        await using var run = new AdminRun(server.Server, server.Database);

        Assert.AreEqual((0, "revoked the tickets of ada; 1 connection ended"), await run.AnswerAsync("user logout ada"));
        Assert.AreEqual("account-changed", (await ada.EndAsync(_guard)).Code);
        await bob.PingAsync(_guard);
        Assert.AreNotEqual(before, await server.Database.GetStampAsync("ada", _guard));
        await using ServerClient again = await server.ConnectAsync("ada", _guard);
        Assert.AreEqual((3, "there is no account nobody"), await run.AnswerAsync("user logout nobody"));
        CollectionAssert.AreEqual((string[])["user logout ada", "user logout nobody (exit 3)"], await run.AuditedAsync());
    }

    [TestMethod]
    public async Task Commands_that_only_read_leave_no_audit_entry()
    {
        using var throttle = new LoginThrottle(new ServerOptions());
        await _database.AddAccountAsync("ada", "correct horse", _guard);
        await using var run = new AdminRun(_database, throttle, Mock.Of<IServerControl>(s => s.Bans == Array.Empty<Ban>()), Ledger());
        foreach (string line in (string[])[
            "help", "help user add", "users", "user list", "user show ada", "user key list ada", "ban list", "invite list", "throttle list",
            "user list --json"])
        {
            CommandOutput output = await run.RunAsync(line);
            Assert.AreEqual(0, output.Exit, output.Text);
        }

        Assert.IsEmpty(await run.AuditedAsync());
        await run.RunAsync("history");
        CollectionAssert.AreEqual((string[])["history"], await run.AuditedAsync());
    }

    [TestMethod]
    public async Task Admins_cannot_log_out_or_lock_themselves()
    {
        await using AdminRun run = OnFiles();
        await _database.AddAccountAsync("ada", "correct horse", _guard);
        foreach (string line in (string[])["user logout ADA", "user lock ada", "user remove ada", "role revoke ada admin"])
            Assert.AreEqual(2, (await run.RunAsync(line, caller: new("ada", "192.0.2.1:7"))).Exit);
        Assert.IsFalse((await _database.FindAccountAsync("ada", _guard))!.IsLocked);
    }

    private static IConnectionLedger Ledger()
    {
        var ledger = new Mock<IConnectionLedger>();
        ledger.Setup(l => l.Connections).Returns([]);
        ledger.Setup(l => l.Find(It.IsAny<string>())).Returns([]);
        return ledger.Object;
    }

    private static void Fail(LoginThrottle throttle, string name, string password)
    {
        var address = AddressBlock.Of(new IPEndPoint(IPAddress.Parse("203.0.113.9"), 1));
        Assert.IsTrue(throttle.Accounts.TryBegin(name, address, password, out LoginAttempt attempt, out _));
        throttle.Accounts.End(attempt, LoginCode.Failure, out _);
    }

    /// <summary>On the files of a server that is not running.</summary>
    private AdminRun OnFiles() =>
        new(_database, _time, new LoginThrottle(new ServerOptions(), timeProvider: _time)) { At = CommandPlace.Files };
}
