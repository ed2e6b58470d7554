using System.Text.Json.Nodes;
using ServerLib.Protocol;
using ServerLib.Tests.Cli;
using ServerLib.Tests.Cli.Chat;
using ServerLib.Tests.Cli.Terminal;
using ServerLib.Tests.Clients;

namespace ServerLib.Tests.Administration;

/// <summary>The commands on accounts in the real program: at its console, and over an admin's connection.</summary>
[TestClass]
public sealed class AccountCommandTests : IAsyncDisposable
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly TempFolder _folder = new();
    private readonly TypedInput _console = new();
    private HostRun _run = null!;

    [TestMethod]
    public async Task An_added_account_logs_in_with_the_password_that_was_printed_and_changes_it()
    {
        await StartAsync("--ServerLib:Login:Registration", "Closed", "--ServerLib:Passwords:MinLength", "30");
        string password = (await SubmitAsync("user add ada --generate", "added ada, with the password ")).Split(' ')[^1];
        Assert.AreEqual(30, password.Length);
        await using ServerClient ada = await ConnectAsync("ada", password);
        await ada.ChangePasswordAsync(password, "another password, which is a long one", _guard);

        await SubmitAsync("user add ADA --generate", "there is already an account ADA");
        await SubmitAsync("user add SERVER --generate", "The name SERVER is reserved.");
        await SubmitAsync("user add Console --generate", "The name Console is reserved.");
        await SubmitAsync("user add configuration --generate", "The name configuration is reserved.");
        await SubmitAsync("user add ada hunter2 --generate", "hunter2");
        await SubmitAsync("user passwd ada hunter2 --generate", "hunter2");
        await SubmitAsync("user passwd ada", "give it with --password-stdin, or let the server make one with --generate");
        await SubmitAsync("user passwd ada --password-stdin\nhunter2", "A password has 30 to 256 characters.");
        await SubmitAsync("user passwd ada --password-stdin\nbattery staple battery staple battery", "changed the password of ada");
        await SubmitAsync("invite add", "set the option Login:Registration to Invitation");
        await SubmitAsync("invite add --json", "\"warning\": \"the server does not ask for invitations");
        await SubmitAsync("invite remove x", "x is not the number of an invitation");
        await SubmitAsync("ban add aad 7d", "there is no account with this name");
        await SubmitAsync("user add aad --generate", "aad is banned and cannot log in; 'ban remove aad' lifts the ban");
        await SubmitAsync("user list", "ada ");
        await EndAsync(3);
        Assert.IsFalse(File.ReadAllText(_folder.File("data/activity.log")).Contains(password, StringComparison.Ordinal));
        Assert.AreEqual(-1, File.ReadAllBytes(_folder.File("data/history.db")).AsSpan().IndexOf("hunter2"u8));
    }

    [TestMethod]
    public async Task An_account_change_by_an_admin_ends_its_sessions_and_is_audited()
    {
        await StartAsync();
        foreach ((string command, string answer) in ((string, string)[])[
            ("user lock ada", "locked ada; 1 connection ended"),
            ("user passwd ADA --generate", "the new password of ADA is "),
            ("user remove ada", "removed ada; 1 connection ended; anybody can register the name again")])
        {
            await using ServerClient bob = await ConnectAsync("bob");
            await using ServerClient ada = await ConnectAsync("ada");
            await SubmitAsync(command, answer);
            Assert.AreEqual("account-changed", (await ada.EndAsync(_guard)).Code);
            await bob.PingAsync(_guard);
            if (command == "user lock ada")
            {
                Assert.AreEqual(LoginCode.Failure, (await RefusedAsync("ada")).Result);
                await SubmitAsync("user unlock ada", "unlocked ada");
                await SubmitAsync("user unlock ada", "ada is not locked");
                for (int i = 0; i < 5; i++)
                    await Assert.ThrowsExactlyAsync<LoginException>(() => ConnectAsync("ada", $"wrong {i}"));
                await SubmitAsync("throttle list", "5 wrong passwords");
                await SubmitAsync("user unlock ada", "ada is not locked, but has to wait after wrong passwords; 'throttle clear ada' ends that");
                await SubmitAsync("throttle clear ada", "cleared 1 entry of ada");
            }
            else if (command.StartsWith("user passwd", StringComparison.Ordinal))
            {
                Assert.AreEqual(LoginCode.Failure, (await RefusedAsync("ada")).Result);
                await SubmitAsync("user remove ada", "removed ada");
            }
        }

        foreach (string command in (string[])["user lock", "user unlock", "user passwd --generate", "user remove", "user logout", "user show", "role grant"])
            await SubmitAsync($"{command} nobody{(command == "role grant" ? " admin" : "")}", "there is no account nobody");
        await EndAsync(3);
        await using var audit = new AuditTrail(_folder.File("data"));
        (AuditEvent, string, string)[] done =
        [
            .. (await audit.ReadNewestAsync(1_000)).Where(entry => entry.Actor == "console" && entry.Event != AuditEvent.AdminCommand)
                .Select(entry => (entry.Event, entry.Name, entry.Address)).Reverse(),
        ];
        CollectionAssert.AreEqual(
            ((AuditEvent, string, string)[])
            [
                (AuditEvent.AccountLocked, "ada", ""), (AuditEvent.AccountUnlocked, "ada", ""), (AuditEvent.ThrottleCleared, "ada", ""),
                (AuditEvent.PasswordChanged, "ADA", ""),
                (AuditEvent.AccountRemoved, "ada", ""), (AuditEvent.AccountRemoved, "ada", ""),
            ],
            done);
    }

    [TestMethod]
    public async Task An_admin_runs_commands_over_a_connection_until_the_role_is_revoked()
    {
        await StartAsync();
        await using ServerClient ada = await ConnectAsync("ada");
        ServerClientException refused = await Assert.ThrowsExactlyAsync<ServerClientException>(() => ada.RunCommandAsync("users", _guard));
        Assert.AreEqual("not-allowed", refused.Code);
        await SubmitAsync("role revoke ada admin", "ada is not an admin");
        await SubmitAsync("role grant ada admin", "ada is now an admin");
        await SubmitAsync("role grant ada admin", "ada is already an admin");

        CommandOutput users = await ada.RunCommandAsync("users", _guard);
        Assert.StartsWith("NAME  ADDRESS", users.Text);
        Assert.Contains("\nada   127.0.0.1:", users.Text);
        Assert.AreEqual("ada", users.Table!.Rows.Single()[0]);
        Assert.AreEqual("ada", users.Data!.Value[0].GetProperty("name").GetString());
        Assert.AreEqual(
            "ada", (string?)JsonNode.Parse((await ada.RunCommandAsync("users --json", _guard)).Text)![0]!["name"]);
        Assert.AreEqual(3, (await ada.RunCommandAsync("kick nobody", _guard)).Exit);
        Assert.AreEqual(
            new CommandOutput(2, "there is no command dance; 'help' lists the commands"), await ada.RunCommandAsync("dance", _guard));
        StringAssert.StartsWith((await ada.RunCommandAsync("user passwd ADA --generate", _guard)).Text, "change your own password");
        foreach (string command in (string[])["user lock ADA", "user remove ada", "user logout ada", "role revoke ada admin"])
            Assert.AreEqual(new CommandOutput(2, "you cannot do this to your own account; ask another admin, or use the server's console"), await ada.RunCommandAsync(command, _guard));
        StringAssert.StartsWith((await ada.RunCommandAsync("role grant console admin", _guard)).Text, "console cannot be an admin");
        StringAssert.EndsWith((await ada.RunCommandAsync("role grant Configuration admin", _guard)).Text, "the name 'configuration' for something else");
        Assert.AreEqual(2, (await ada.RunCommandAsync("role grant ada root", _guard)).Exit);
        Assert.AreEqual("usage: role grant NAME ROLE", (await ada.RunCommandAsync("role grant ada", _guard)).Text);

        await SubmitAsync("role revoke ada admin", "ada is no longer an admin");
        refused = await Assert.ThrowsExactlyAsync<ServerClientException>(() => ada.RunCommandAsync("users", _guard));
        Assert.AreEqual("not-allowed", refused.Code);
        await EndAsync();
        await using var audit = new AuditTrail(_folder.File("data"));
        string[] lines =
        [
            .. (await audit.ReadNewestAsync(1_000)).Where(entry => entry.Event == AuditEvent.AdminCommand)
                .Select(entry => $"{entry.Actor} {entry.Address.Split(':')[0]} {entry.Detail}").Reverse(),
        ];
        Assert.HasCount(2, (await audit.ReadNewestAsync(1_000)).Where(entry => entry.Event == AuditEvent.RoleChanged));
        CollectionAssert.AreEqual(
            (string[])
            [
                "ada 127.0.0.1 refused: no admin", "console  role revoke ada admin", "console  role grant ada admin", "console  role grant ada admin",
                "ada 127.0.0.1 kick nobody (exit 3)", "ada 127.0.0.1 (no command) (exit 2)", "ada 127.0.0.1 user passwd ADA --generate (exit 2)",
                "ada 127.0.0.1 user lock ADA (exit 2)", "ada 127.0.0.1 user remove ada (exit 2)", "ada 127.0.0.1 user logout ada (exit 2)",
                "ada 127.0.0.1 role revoke ada admin (exit 2)", "ada 127.0.0.1 role grant console admin (exit 2)",
                "ada 127.0.0.1 role grant Configuration admin (exit 2)", "ada 127.0.0.1 role grant (exit 2)", "ada 127.0.0.1 role grant (exit 2)",
                "console  role revoke ada admin", "console  shutdown",
            ],
            lines);
    }

    [TestMethod]
    public async Task An_admin_who_shuts_the_server_down_gets_the_answer_first()
    {
        await StartAsync();
        await using ServerClient ada = await ConnectAsync("ada");
        await SubmitAsync("role grant ada admin", "ada is now an admin");

        Assert.AreEqual(0, (await ada.RunCommandAsync("shutdown", _guard)).Exit);
        Assert.AreEqual("shutdown", (await ada.EndAsync(_guard)).Code);
        Assert.AreEqual(0, await _run.Ended.WaitAsync(_guard));
    }

    [TestMethod]
    public async Task An_invitation_from_the_console_registers_one_with_the_chat_client()
    {
        await StartAsync("--ServerLib:Login:Registration", "Invitation");
        await SubmitAsync("invite list", "there are no invitations");
        await SubmitAsync("invite add soon", "soon is not a duration such as 90m, 12h, 7d or 2w");
        string code = (await SubmitAsync("invite add 12h", "invitation 1, valid until ")).Split(' ')[^1];
        await SubmitAsync("invite add", "invitation 2, valid until ");
        Dictionary<string, string?> password = new() { ["SERVERLIB_PASSWORD"] = "correct horse" };
        string[] connect = ["connect", $"{await _run.EndPointAsync()}", "--user", "ada"];
        await using (HostRun refused = await HostRun.ToEndAsync(_folder, connect, variables: password))
            Assert.AreEqual(3, await refused.Ended);
        await using (HostRun invited = await HostRun.ToEndAsync(_folder, [.. connect, "--invitation", code], variables: password))
            Assert.AreEqual(0, await invited.Ended);
        await using (HostRun again = await HostRun.ToEndAsync(_folder, [.. connect[..3], "bob", "--invitation", code], variables: password))
            Assert.AreEqual(3, await again.Ended);

        await SubmitAsync("invite remove 1", "there is no unused invitation 1");
        await SubmitAsync("invite remove 2", "withdrew invitation 2");
        await SubmitAsync("invite list", "  used by ada");
        await EndAsync(2);
        await using var audit = new AuditTrail(_folder.File("data"));
        CollectionAssert.AreEqual(
            (string[])["InvitationMade invitation 1", "InvitationMade invitation 2", "InvitationWithdrawn invitation 2"],
            (await audit.ReadNewestAsync(1_000)).Where(entry => entry.Actor == "console"
                && entry.Detail.StartsWith("invitation", StringComparison.Ordinal) && entry.Event != AuditEvent.AdminCommand)
                .Select(entry => $"{entry.Event} {entry.Detail}").Reverse().ToArray());
    }

    [TestMethod]
    public async Task The_chat_hides_a_changed_password_and_runs_commands_of_admins()
    {
        await StartAsync();
        var terminal = new FakeTerminal();
        await using HostRun chat = HostRun.Start(_folder, ["connect", $"{await _run.EndPointAsync()}", "--user", "zoe", "--tls", "--accept-new", "--known-servers", "known"], terminal: terminal);
        await terminal.Screen.SeeAsync("Password: ");
        terminal.Type("correct horse\n");
        await terminal.Screen.SeeAsync("* zoe joined");
        terminal.Type("/password\ncorrect horse\nbattery staple\nbattery stable\n");
        await terminal.Screen.SeeAsync("! the two new passwords are different");
        terminal.Type("/password\ncorrect horse\nshort\nshort\n");
        await terminal.Screen.SeeAsync("! A password has 8 to 256 characters.");
        terminal.Type("/password\nwrong horse\nbattery staple\nbattery staple\n");
        await terminal.Screen.SeeAsync("! The current password is wrong.");
        terminal.Type("/password\ncorrect horse\nbattery staple\nbattery staple\n");
        await terminal.Screen.SeeAsync("* your password is changed");
        terminal.Type("/admin users\n");
        await terminal.Screen.SeeAsync("! Commands are for admins.");
        await SubmitAsync("role grant zoe admin", "zoe is now an admin");
        terminal.Type("/admin users\n");
        await terminal.Screen.SeeAsync("SINCE");
        terminal.Type("/quit\n");

        Assert.AreEqual(0, await chat.Ended.WaitAsync(_guard));
        foreach (string secret in (string[])["correct horse", "battery", "short"])
            Assert.IsFalse($"{terminal.Screen}".Contains(secret, StringComparison.Ordinal));
        await using ServerClient zoe = await ConnectAsync("zoe", "battery staple");
        await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_run is not null)
            await _run.DisposeAsync();
        _folder.Dispose();
    }

    private async Task StartAsync(params string[] options)
    {
        _run = HostRun.Start(
            _folder,
            [
                "--port", "0", "--data", "data", "--ServerLib:PasswordHashing:MemorySize", "64", "--ServerLib:PasswordHashing:Iterations", "1",
                .. options,
            ],
            _console);
        await _run.EndPointAsync();
    }

    /// <summary>Types a command at the console, and further lines that it reads.</summary>
    /// <returns>The line in which the answer stands.</returns>
    private async Task<string> SubmitAsync(string command, string answer)
    {
        (int before, int errorsBefore) = (_run.Out.Length, _run.Error.Length);
        foreach (string line in command.Split('\n'))
            _console.Type(line);

        // Answers are on standard output, and errors on standard error.
        await await Task.WhenAny(_run.Out.SeeAsync(answer, before), _run.Error.SeeAsync(answer, errorsBefore));
        return $"{_run.Out.ToString()[before..]}{_run.Error.ToString()[errorsBefore..]}".Split('\n')
            .Last(line => line.Contains(answer, StringComparison.Ordinal));
    }

    private async Task<ServerClient> ConnectAsync(string name, string password = "correct horse") => await ServerClient.ConnectAsync(
        new ServerClientOptions
        {
            EndPoint = await _run.EndPointAsync(),
            UserName = name,
            Password = password,
            Tls = TlsMode.Ask,
            TrustServer = (_, _) => new(true),
        },
        _guard);

    private Task<LoginException> RefusedAsync(string name) => Assert.ThrowsExactlyAsync<LoginException>(() => ConnectAsync(name));

    /// <param name="exit">The exit code of the first command that failed.</param>
    private async Task EndAsync(int exit = 0)
    {
        _console.Type("shutdown");
        Assert.AreEqual(exit, await _run.Ended.WaitAsync(_guard));
    }
}
