using System.Security.Cryptography.X509Certificates;
using ServerLib.Authentication;
using ServerLib.Cli.Chat;
using ServerLib.Protocol;
using ServerLib.Tests.Clients;

namespace ServerLib.Tests.Cli.Chat;

/// <summary>The command <c>connect</c> with a real server.</summary>
[TestClass]
public sealed class ConnectTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_person_chats_at_a_terminal()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient al = await server.ConnectAsync("al", _guard);
        using var folder = new TempFolder();
        var terminal = new FakeTerminal();
        await using HostRun run = HostRun.Start(folder, ["connect", $"{server.EndPoint}", "--user", "zoe"], terminal: terminal);

        await terminal.Screen.SeeAsync("Password: ");
        terminal.Type("s3cret\n");
        await terminal.Screen.SeeAsync("* zoe joined");
        await terminal.Screen.SeeAsync("> ");
        terminal.Type("hello all\n");
        Assert.AreEqual("hello all", (await al.NextAsync(ReceivedKind.Message, _guard)).Text);
        terminal.Type("/msg al psst\n");
        Assert.AreEqual("psst", (await al.NextAsync(ReceivedKind.Direct, _guard)).Text);

        await al.SendAsync("hi \u001b[2J", _guard);
        await terminal.Screen.SeeAsync("\u001b[Kal: hi \\u001B[2J\n");
        await al.SendToAsync("zoe", "psst", _guard);
        await terminal.Screen.SeeAsync("\u001b[Kal (to you): psst\n");

        terminal.Type("/join chess\n");
        await terminal.Screen.SeeAsync("* you are in chess");
        await al.JoinAsync("chess", _guard);
        await terminal.Screen.SeeAsync("* al joined chess");
        terminal.Type("/group chess e4\n");
        Assert.AreEqual("e4", (await al.NextAsync(ReceivedKind.Group, _guard)).Text);
        terminal.Type("/users chess\n");
        await terminal.Screen.SeeAsync("* al, zoe\n");
        terminal.Type("/leave chess\n");
        await terminal.Screen.SeeAsync("* you left chess");
        terminal.Type("/msg nobody x\n/dance\n/join\n/addkey\n/msg al\n/admin\n//quit\n/help\n");
        foreach (string usage in (string[])["/join GROUP", "/addkey NAME FILE", "/msg NAME TEXT", "/admin COMMAND"])
            await terminal.Screen.SeeAsync($"! usage: {usage}\n");
        await terminal.Screen.SeeAsync("! No user of that name is online. (nobody)");
        await terminal.Screen.SeeAsync("! there is no such command; /help lists the commands");
        Assert.AreEqual("/quit", (await al.NextAsync(ReceivedKind.Message, _guard)).Text);
        await terminal.Screen.SeeAsync("/users [GROUP]");
        terminal.Type("/quit\n");

        Assert.AreEqual(0, await run.Ended.WaitAsync(_guard));
        Assert.AreEqual("zoe", (await al.NextAsync(ReceivedKind.Left, _guard)).Sender);
        Assert.IsFalse($"{terminal.Screen}".Contains("s3cret", StringComparison.Ordinal));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("--classic")]
    public async Task A_script_sends_lines_and_leaves_at_their_end(string protocol)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient al = await server.ConnectAsync("al", _guard);
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("pw"), "s3cret\nand more");
        string[] args = [.. $"connect {server.EndPoint} --user zoe --password-file pw {protocol}".Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        var input = new TypedInput();
        await using HostRun run = HostRun.Start(folder, args, input);

        input.Type("one");
        input.Type("two");
        Assert.AreEqual("one", (await al.NextAsync(ReceivedKind.Message, _guard)).Text);
        Assert.AreEqual("two", (await al.NextAsync(ReceivedKind.Message, _guard)).Text);
        await al.SendAsync("three", _guard);
        await run.Out.SeeAsync("al: three\n");
        input.End();
        Assert.AreEqual(0, await run.Ended.WaitAsync(_guard));
        Assert.AreEqual("", $"{run.Error}");
    }

    [TestMethod]
    public async Task A_login_that_is_refused_is_3_and_a_connection_that_is_lost_1()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient zoe = await server.ConnectAsync("zoe", _guard);
        using var folder = new TempFolder();
        string[] args = ["connect", $"{server.EndPoint}", "--user"];
        await using HostRun refused = await HostRun.ToEndAsync(folder, [.. args, "zoe"], variables: Password("wr0ng"));
        Assert.AreEqual(3, await refused.Ended);
        Assert.AreEqual("Login refused: The name or the password is wrong.\n", $"{refused.Error}");

        await using HostRun run = HostRun.Start(folder, [.. args, "al"], new TypedInput(), variables: Password("x"));
        await run.Out.SeeAsync("* al joined");
        await server.StopAsync();
        Assert.AreEqual(1, await run.Ended.WaitAsync(_guard));
        Assert.AreEqual("The server ended the connection: The server shuts down.\n", $"{run.Error}");

        await using HostRun nobody = await HostRun.ToEndAsync(folder, [.. args, "al"], variables: Password("x"));
        Assert.AreEqual(1, await nobody.Ended);
    }

    [TestMethod]
    public async Task Who_is_new_where_invitations_are_asked_for_is_told_how_to_give_one()
    {
        await using RunningServer server = await RunningServer.StartAsync(options => options.Login.Registration = RegistrationPolicy.Invitation);
        using var folder = new TempFolder();
        string[] args = ["connect", $"{server.EndPoint}", "--user", "zoe"];
        await using HostRun without = await HostRun.ToEndAsync(folder, args, variables: Password("s3cret pass"));
        Assert.AreEqual(
            "Login refused: The name or the password is wrong. A new name needs an invitation: --invitation CODE.\n",
            $"{without.Error}");

        await using HostRun with = await HostRun.ToEndAsync(folder, [.. args, "--invitation", "none"], variables: Password("s3cret pass"));
        Assert.AreEqual("Login refused: The name or the password is wrong.\n", $"{with.Error}");
    }

    [TestMethod]
    public async Task Who_is_refused_reads_once_until_when()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using (await server.ConnectAsync("zoe", _guard))
        {
            DateTimeOffset end = DateTimeOffset.UtcNow.AddDays(7);
            await server.Server.BanAsync(new Ban("zoe", end, "spam and eggs"));
            Assert.AreEqual(
                $"Login refused: You are banned from this server until {end:yyyy-MM-dd HH:mm} UTC: spam and eggs.\n",
                await RefusedAsync("zoe", "s3cret pass"));
        }

        for (int i = 0; i < 5; i++)
            server.Guesses.Accounts.End(Begin($"{i}"), LoginCode.Failure, out _);
        StringAssert.Matches(await RefusedAsync("ann", "x"), new("^Login refused: This account has to wait. Try again in [0-9]+ seconds.\n$"));

        LoginAttempt Begin(string password)
        {
            server.Guesses.Accounts.TryBegin("ann", default, password, out LoginAttempt attempt, out _);
            return attempt;
        }

        async Task<string> RefusedAsync(string name, string password)
        {
            using var folder = new TempFolder();
            await using HostRun run = await HostRun.ToEndAsync(
                folder, ["connect", $"{server.EndPoint}", "--user", name], variables: Password(password));
            Assert.AreEqual(3, await run.Ended);
            return $"{run.Error}";
        }
    }

    [TestMethod]
    [DataRow("connect", "--user NAME is missing")]
    [DataRow("connect --user a", "the password is missing: give --password-file")]
    [DataRow("connect --user a --password-file nowhere", "the password file cannot be read")]
    [DataRow("connect h:0 --user a", "'h:0' is not HOST[:PORT]")]
    [DataRow("connect :1 --user a", "':1' is not HOST[:PORT]")]
    [DataRow("connect 9000 --user a", "'9000' is not HOST[:PORT]; write the host before the port: 127.0.0.1:9000")]
    [DataRow("9000 connect --user a", "9000 is a port of a server; it cannot be used before connect")]
    [DataRow("connect --user a --accept-new", "--accept-new and --known-servers need --tls")]
    [DataRow("connect --user a --classic --invitation x", "--invitation cannot be used with --classic")]
    [DataRow("connect --user a --identity id.pem --invitation x", "cannot be used with --identity")]
    [DataRow("connect --usr a", "--user")]
    [DataRow("connect --port 1", "--port")]
    [DataRow("connect --user a --ServerLib:Port 1", "an option of the server")]
    public async Task Wrong_usage_is_2(string args, string expected)
    {
        using var folder = new TempFolder();
        await using HostRun run = await HostRun.ToEndAsync(folder, args.Split(' '));

        Assert.AreEqual(2, await run.Ended);
        StringAssert.Contains($"{run.Error}", expected);
    }

    [TestMethod]
    public async Task An_empty_password_is_2()
    {
        using var folder = new TempFolder();
        await using HostRun run = await HostRun.ToEndAsync(folder, ["connect", "--user", "a"], variables: Password(""));
        Assert.AreEqual(2, await run.Ended);
        StringAssert.StartsWith($"{run.Error}", "the password is empty");
    }

    [TestMethod]
    [DataRow(null, "127.0.0.1", 8080)]
    [DataRow("chat.example", "chat.example", 8080)]
    [DataRow("chat.example:1", "chat.example", 1)]
    [DataRow("::1", "::1", 8080)]
    [DataRow("[::1]:9", "::1", 9)]
    [DataRow("[::1]", "::1", 8080)]
    public void An_address_is_a_host_and_maybe_a_port(string? address, string host, int port) =>
        Assert.AreEqual((host, port), ChatArguments.ReadAddress(address));

    [TestMethod]
    public async Task A_password_in_the_environment_is_no_option_of_the_server()
    {
        using var folder = new TempFolder();
        await using HostRun run = HostRun.Start(folder, ["--port", "0"], variables: Password("x"));
        await run.EndPointAsync();
    }

    [TestMethod]
    public async Task The_password_is_asked_for_once_the_server_is_trusted()
    {
        using X509Certificate2 certificate = TestCertificate.New();
        using var server = new ScriptedServer(certificate);
        using var folder = new TempFolder();
        string[] args = ["connect", $"{server.EndPoint}", "--user", "zoe", "--tls", "--known-servers", "known"];
        var terminal = new FakeTerminal();
        await using (HostRun run = HostRun.Start(folder, args, terminal: terminal))
        {
            using ScriptedCompactPeer peer = await server.AcceptAsync(_guard);
            await terminal.Screen.SeeAsync("Trust it (yes/no)? ");
            Assert.DoesNotContain("Password", $"{terminal.Screen}");
            terminal.Type("yes\n");
            await terminal.Screen.SeeAsync("Password: ");
            terminal.Type("s3cret\n");
            StringAssert.Contains(await peer.ReadLoginAsync(), "s3cret");
        }

        terminal = new FakeTerminal();
        await using HostRun withheld = HostRun.Start(folder, args, terminal: terminal);
        using ScriptedCompactPeer nobody = await server.AcceptAsync(_guard);
        await terminal.Screen.SeeAsync("Password: ");
        terminal.HangUp();
        Assert.AreEqual(0, await withheld.Ended.WaitAsync(_guard));
        Assert.AreEqual("", $"{withheld.Error}");
    }

    [TestMethod]
    [DataRow("--classic", "192.0.2.1", LoginCode.Failure, true)]
    [DataRow("--classic", "192.0.2.1", LoginCode.Locked, false)]
    [DataRow("--classic", "127.0.0.1", LoginCode.Failure, false)]
    [DataRow("--classic", "localhost", LoginCode.Failure, false)]
    [DataRow("--tls", "192.0.2.1", LoginCode.Failure, false)]
    [DataRow("", "192.0.2.1", LoginCode.Failure, false)]
    public void A_login_that_fails_in_the_clear_far_away_may_fail_for_that(string how, string host, LoginCode code, bool hints)
    {
        var arguments = new ChatArguments { User = "zoe", Host = host, IsClassic = how == "--classic", UsesTls = how == "--tls" };
        Assert.AreEqual(hints, LoginHint.Of(arguments, new LoginException { Result = code }).Contains("--tls", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task A_server_that_takes_passwords_over_tls_only_is_answered_with_the_option()
    {
        await using RunningServer server = await RunningServer.StartAsync(options => options.Login.Plaintext = PlaintextPolicy.Never);
        using var folder = new TempFolder();
        await using HostRun run = await HostRun.ToEndAsync(folder, ["connect", $"{server.EndPoint}", "--user", "zoe"], variables: Password("x"));
        StringAssert.EndsWith($"{run.Error}", "Passwords are taken over TLS only here. Connect with --tls.\n");
    }

    [TestMethod]
    public async Task A_pasted_key_is_said_to_nobody()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient al = await server.ConnectAsync("al", _guard);
        using var folder = new TempFolder();
        string[] lines =
        [
            "/addkey laptop -----BEGIN PUBLIC KEY-----", "MIIB", "AQAB", "-----END PUBLIC KEY-----", "one",
            "-----BEGIN PUBLIC KEY-----", "MIIB", "two words", "//-----BEGIN X----- -----END X-----", "/leave go", "three", "/quit",
        ];
        await using HostRun run = await HostRun.ToEndAsync(
            folder, ["connect", $"{server.EndPoint}", "--user", "zoe"], string.Join('\n', lines), Password("x"));
        foreach (string said in (string[])["one", "two words", "three"])
            Assert.AreEqual(said, (await al.NextAsync(ReceivedKind.Message, _guard)).Text);
        Assert.HasCount(3, run.Out.Lines.Where(line => line.StartsWith("! this is a key, so it was not sent to anybody", StringComparison.Ordinal)));
        Assert.Contains("* you were not in go", run.Out.ToString());
    }

    [TestMethod]
    public async Task A_server_with_tls_is_trusted_as_ssh_does_it()
    {
        using X509Certificate2 certificate = TestCertificate.New();
        using var server = new ScriptedServer(certificate);
        using var folder = new TempFolder();
        string[] args = ["connect", $"{server.EndPoint}", "--user", "zoe", "--tls", "--known-servers", "known"];
        await using (HostRun run = HostRun.Start(folder, [.. args, "--accept-new"], new TypedInput(), variables: Password("x")))
        {
            using ScriptedCompactPeer peer = await server.AcceptAsync(_guard);
            await peer.LogInAsync();
            await peer.WriteAsync(FrameType.MessageOut, [1, (byte)'a', (byte)'b']);
            await run.Out.SeeAsync("a: b");
            peer.Dispose();
            Assert.AreEqual(1, await run.Ended.WaitAsync(_guard));
        }

        string known = File.ReadAllText(folder.File("known"));
        File.WriteAllText(folder.File("known"), $"# one line down\n{known.Split(' ')[0]} 00:11\n");
        await using HostRun changed = HostRun.Start(folder, [.. args, "--accept-new"], new TypedInput(), variables: Password("x"));
        using ScriptedCompactPeer stranger = await server.AcceptAsync(_guard);
        await Assert.ThrowsAsync<IOException>(stranger.ReadLoginAsync);
        Assert.AreEqual(1, await changed.Ended.WaitAsync(_guard));
        StringAssert.Contains($"{changed.Out}", "line 2 of");
    }

    private static Dictionary<string, string?> Password(string password) => new() { ["SERVERLIB_PASSWORD"] = password };
}
