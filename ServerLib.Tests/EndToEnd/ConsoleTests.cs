using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ServerLib.Tests.Cli;

namespace ServerLib.Tests.EndToEnd;

/// <summary>Console commands and their output.</summary>
[TestClass]
public sealed class ConsoleTests : HostTest
{
    [TestMethod]
    public async Task The_say_command_sends_a_message_as_SERVER()
    {
        await StartAsync();
        (ClassicClient alice, ClassicClient bob) = await JoinTwoAsync();
        await Host.CommandAsync("say tea is ready, שלום 👋", Token);
        Assert.AreEqual("SERVER: tea is ready, שלום 👋", await alice.ReceiveAsync(Token));
        Assert.AreEqual("SERVER: tea is ready, שלום 👋", await bob.ReceiveAsync(Token));
    }

    [TestMethod]
    public async Task Kick_ends_all_connections_of_a_user()
    {
        await StartAsync();
        (ClassicClient alice, ClassicClient bob) = await JoinTwoAsync();
        ClassicClient phone = await JoinAsync("alice");
        Assert.AreEqual("alice: [ CONNECTED ]", await alice.ReceiveAsync(Token));
        Assert.AreEqual("alice: [ CONNECTED ]", await bob.ReceiveAsync(Token));

        await Host.CommandAsync("kick ALICE", Token);
        Assert.AreEqual("alice: [ DISCONNECTED ]", await bob.ReceiveAsync(Token));
        Assert.AreEqual("alice: [ DISCONNECTED ]", await bob.ReceiveAsync(Token));
        foreach (ClassicClient kicked in (ClassicClient[])[alice, phone])
        {
            while (await kicked.ReceiveOrClosedAsync(Token) is { } last)
                Assert.AreEqual("alice: [ DISCONNECTED ]", last);
        }

        // A kick is not a ban.
        await JoinAsync("alice");
        await Host.CommandAsync("kick nobody", Token);
        StringAssert.Contains(await Host.WaitForErrorAsync("nobody", Token), "is not connected");
        await ShutDownAsync(3);
        Assert.AreEqual(2, ReadReasons().Count(reason => reason == "Kicked"));
    }

    [TestMethod]
    public async Task The_users_and_status_commands_show_the_connections()
    {
        await StartAsync();
        ClassicClient alice = await JoinAsync("alice");
        await ConnectAsync();
        await Host.WaitForStatusAsync("connections: 2,", Token);
        await Host.CommandAsync("users", Token);
        StringAssert.Contains(await Host.WaitForLineAsync("alice  ", Token), alice.LocalEndPoint.ToString());
        await Host.CommandAsync("status", Token);
        StringAssert.Contains(await Host.WaitForLineAsync("listening on ", Token), "logged in: 1");
    }

    [TestMethod]
    public async Task Help_lists_the_commands_and_an_unknown_command_is_harmless()
    {
        await StartAsync();
        await Host.CommandAsync("help", Token);
        foreach (string command in (string[])["audit", "help", "kick NAME", "say TEXT...", "shutdown", "status", "users"])
            await Host.WaitForLineAsync(command + " ", Token);
        await Host.CommandAsync("frobnicate", Token);
        await Host.WaitForErrorAsync("frobnicate", Token);
        await Host.CommandAsync("", Token);
        await JoinAsync("alice");
    }

    [TestMethod]
    public async Task The_audit_command_appends_the_current_accounts()
    {
        await StartAsync();
        (ClassicClient alice, ClassicClient bob) = await JoinTwoAsync();
        ClassicClient guesser = await ConnectAsync();
        Assert.AreEqual("FAILURE", await guesser.LoginAsync("alice", "guess", Token));
        await alice.SendAsync("one\n", Token);
        await alice.SendAsync("two\n", Token);
        await bob.ReceiveUntilAsync("alice: two\n", Token);
        await bob.SendAsync("disconnect\n", Token);
        Assert.AreEqual("bob: [ DISCONNECTED ]", await alice.ReceiveAsync(Token));

        await alice.SendAsync("three\n", Token);
        await JoinAsync("carol");
        await alice.SendAsync("disconnect\n", Token);
        Assert.AreEqual("carol: [ CONNECTED ]", await alice.ReceiveAsync(Token));
        Assert.IsNull(await alice.ReceiveOrClosedAsync(Token));

        JsonElement users = await AuditAsync(sections: 1);
        AssertUser(users, "alice", attempts: 1, successes: 1, active: 0, broadcasts: 3, logons: 1, logoffs: 1);
        AssertUser(users, "bob", attempts: 0, successes: 1, active: 0, broadcasts: 0, logons: 1, logoffs: 1);
        Assert.AreEqual(1, users.GetProperty("carol").GetProperty("statistics").GetProperty("active_connections").GetInt32());

        await JoinAsync("alice");
        users = await AuditAsync(sections: 2);
        Assert.AreEqual(2, users.GetProperty("alice").GetProperty("statistics").GetProperty("logon_count").GetInt32());
    }

    [TestMethod]
    public async Task Accounts_are_inactive_after_the_server_was_killed()
    {
        await StartAsync();
        await JoinAsync("alice");
        await Host.KillAsync();
        await StartAsync();
        AssertUser(await AuditAsync(sections: 1), "alice", attempts: 0, successes: 1, active: 0, broadcasts: 0, logons: 1, logoffs: 1);
    }

    [TestMethod]
    public async Task A_port_in_use_is_reported_in_one_line()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        string port = ((IPEndPoint)taken.LocalEndPoint!).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        ProgramProcess host = Launch(port, "--data", Data.Path);
        Assert.AreEqual(1, await host.WaitForExitAsync(Token));
        string line = host.Transcript.Trim();
        Assert.IsFalse(line.Contains('\n', StringComparison.Ordinal), line);
        StringAssert.Contains(line, port);
        StringAssert.Contains(line, "in use");
    }

    [TestMethod]
    public async Task An_invalid_option_is_reported_with_the_allowed_values()
    {
        ProgramProcess host = Launch("--port", "0", "--data", Data.Path, "--ServerLib:Login:MaxAttempts", "0");
        Assert.AreEqual(2, await host.WaitForExitAsync(Token));
        StringAssert.Contains(host.Transcript, "Login:MaxAttempts");
        StringAssert.Contains(host.Transcript, "1 to ");
        Assert.IsFalse(Directory.Exists(Data.Path));
    }

    /// <summary>Has the accounts appended, and reads the last of the file's <paramref name="sections"/> parts.</summary>
    private async Task<JsonElement> AuditAsync(int sections)
    {
        await Host.CommandAsync("audit", Token);
        await Host.WaitForLineAsync("database_audit.txt", Token);
        string text = await File.ReadAllTextAsync(Path.Combine(Data.Root, "database_audit.txt"), Token);
        Assert.IsFalse(text.Contains("$argon2id$", StringComparison.Ordinal));
        List<string> lines = [.. text.TrimEnd('\n').Split('\n')];
        Assert.AreEqual(sections * 4, lines.Count(line => line == "===="));
        Assert.AreEqual(sections * 3, lines.Count(line => line == "****"));
        int start = lines.LastIndexOf("====") + 1, end = lines.Count - 3;
        CollectionAssert.AreEqual(Enumerable.Repeat("====", 4).ToArray(), lines[(start - 4)..start]);
        CollectionAssert.AreEqual(Enumerable.Repeat("****", 3).ToArray(), lines[end..]);
        Assert.IsTrue(end - start > 10, "Indented JSON has many lines.");
        using JsonDocument json = JsonDocument.Parse(string.Join('\n', lines[start..end]));
        return json.RootElement.GetProperty("users").Clone();
    }

    private static void AssertUser(
        JsonElement users, string alias, int attempts, int successes, int active, int broadcasts, int logons, int logoffs)
    {
        JsonElement user = users.GetProperty(alias), ledger = user.GetProperty("ip_ledger"), numbers = user.GetProperty("statistics");
        Assert.AreEqual(alias, user.GetProperty("alias").GetString());
        Assert.AreEqual(attempts, ledger.GetProperty("addr_list_ATTEMPT").GetArrayLength());
        Assert.AreEqual(successes, ledger.GetProperty("addr_list_SUCCESS").GetArrayLength());
        Assert.AreEqual("127.0.0.1", ledger.GetProperty("addr_list_SUCCESS")[0][0].GetString());
        Assert.AreEqual("", ledger.GetProperty("addr_active").GetString());
        Assert.AreEqual(active, numbers.GetProperty("active_connections").GetInt32());
        Assert.AreEqual(broadcasts, numbers.GetProperty("successful_broadcast_count").GetInt32());
        Assert.AreEqual(logons, numbers.GetProperty("logon_count").GetInt32());
        Assert.AreEqual(logoffs, numbers.GetProperty("logoff_count").GetInt32());
    }
}
