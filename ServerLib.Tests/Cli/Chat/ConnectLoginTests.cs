using System.Security.Cryptography.X509Certificates;
using ServerLib.Authentication;
using ServerLib.Cli.Chat;
using ServerLib.Protocol;
using ServerLib.Tests.Cli.Terminal;
using ServerLib.Tests.Clients;

namespace ServerLib.Tests.Cli.Chat;

/// <summary>Logins of <c>connect</c>, and what the client prints if they are refused.</summary>
[TestClass]
public sealed class ConnectLoginTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_refused_login_exits_with_3_and_a_lost_connection_with_1()
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
    public async Task A_refused_login_without_an_invitation_suggests_to_give_one()
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
    public async Task A_refused_login_says_once_how_long_to_wait()
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
            server.Throttle.Accounts.End(Begin($"{i}"), LoginCode.Failure, out _);
        StringAssert.Matches(await RefusedAsync("ann", "x"), new("^Login refused: This account has to wait. Try again in [0-9]+ seconds.\n$"));

        LoginAttempt Begin(string password)
        {
            server.Throttle.Accounts.TryBegin("ann", default, password, out LoginAttempt attempt, out _);
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
    public async Task The_client_asks_for_the_password_after_the_server_is_trusted()
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
    public async Task The_client_does_not_ask_for_a_password_that_it_cannot_send()
    {
        using var server = new ScriptedServer();
        string nobody = $"{server.EndPoint}";
        server.Dispose();
        using var folder = new TempFolder();
        var terminal = new FakeTerminal();
        await using HostRun run = HostRun.Start(folder, ["connect", nobody, "--user", "zoe"], terminal: terminal);

        Assert.AreEqual(1, await run.Ended.WaitAsync(_guard));
        Assert.DoesNotContain("Password", $"{terminal.Screen}");
    }

    [TestMethod]
    [DataRow("--classic", "192.0.2.1", LoginCode.Failure, true)]
    [DataRow("--classic", "192.0.2.1", LoginCode.Delayed, false)]
    [DataRow("--classic", "127.0.0.1", LoginCode.Failure, false)]
    [DataRow("--classic", "localhost", LoginCode.Failure, false)]
    [DataRow("--tls", "192.0.2.1", LoginCode.Failure, false)]
    [DataRow("", "192.0.2.1", LoginCode.Failure, false)]
    public void A_failed_classic_login_to_another_machine_suggests_TLS(string how, string host, LoginCode code, bool hints)
    {
        var arguments = new ChatArguments { User = "zoe", Host = host, IsClassic = how == "--classic", UsesTls = how == "--tls" };
        Assert.AreEqual(hints, LoginHint.Of(arguments, new LoginException { Result = code }).Contains("--tls", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task A_server_that_requires_TLS_makes_the_client_suggest_it()
    {
        await using RunningServer server = await RunningServer.StartAsync(options => options.Login.Plaintext = PlaintextPolicy.Never);
        using var folder = new TempFolder();
        await using HostRun run = await HostRun.ToEndAsync(folder, ["connect", $"{server.EndPoint}", "--user", "zoe"], variables: Password("x"));
        StringAssert.EndsWith($"{run.Error}", "Passwords are taken over TLS only here. Connect with --tls.\n");
    }

    private static Dictionary<string, string?> Password(string password) => new() { ["SERVERLIB_PASSWORD"] = password };
}
