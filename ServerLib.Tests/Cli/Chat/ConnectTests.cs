using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Authentication;
using ServerLib.Cli.Chat;
using ServerLib.Protocol;
using ServerLib.Tests.Cli.Terminal;
using ServerLib.Tests.Clients;

namespace ServerLib.Tests.Cli.Chat;

/// <summary>The command <c>connect</c> with a real server.</summary>
[TestClass]
public sealed class ConnectTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_user_chats_at_a_terminal()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient al = await server.ConnectAsync("al", _guard);
        using var folder = new TempFolder();
        var terminal = new FakeTerminal();
        var time = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 9, 5, 0, TimeSpan.Zero));
        await using HostRun run = HostRun.Start(folder, ["connect", $"{server.EndPoint}", "--user", "zoe"], terminal: terminal, time: time);

        await terminal.Screen.SeeAsync("Password: ");
        terminal.Type("s3cret\n");
        await terminal.Screen.SeeAsync("09:05 * zoe joined");
        await terminal.Screen.SeeAsync("> ");
        terminal.Type("hello all\n");
        Assert.AreEqual("hello all", (await al.NextAsync(ReceivedKind.Message, _guard)).Text);
        terminal.Type("/msg al psst\n");
        Assert.AreEqual("psst", (await al.NextAsync(ReceivedKind.Direct, _guard)).Text);

        await al.SendAsync("hi \u001b[2J", _guard);
        await terminal.Screen.SeeAsync("09:05 al: hi \\u001B[2J\n");
        await al.SendToAsync("zoe", "psst", _guard);
        await terminal.Screen.SeeAsync("09:05 al (to you): psst\n");

        terminal.Type("/join chess\n");
        await terminal.Screen.SeeAsync("* you are in chess");
        await al.JoinAsync("chess", _guard);
        await terminal.Screen.SeeAsync("* al joined chess");
        terminal.Type("/group chess e4\n");
        Assert.AreEqual("e4", (await al.NextAsync(ReceivedKind.Group, _guard)).Text);
        terminal.Type("/who chess\n");
        await terminal.Screen.SeeAsync("* al, zoe\n");
        int length = terminal.Screen.Length;
        terminal.Type("/users chess\n");
        await terminal.Screen.SeeAsync("* al, zoe\n", after: length);
        terminal.Type("/leave chess\n");
        await terminal.Screen.SeeAsync("* you left chess");
        terminal.Type("/msg nobody x\n/admin help\n/dance\n/join\n/addkey\n/msg al\n/admin\n//quit\n/help\n");
        foreach (string usage in (string[])["/join GROUP", "/addkey NAME FILE", "/msg NAME TEXT", "/admin COMMAND"])
            await terminal.Screen.SeeAsync($"! usage: {usage}\n");
        await terminal.Screen.SeeAsync("! No user of that name is on-line. (nobody)");
        await terminal.Screen.SeeAsync("! Commands are taken over TLS only. Connect with --tls.");
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
    public async Task A_script_sends_its_lines_and_leaves_at_their_end(string protocol)
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
    public async Task A_pasted_key_is_not_sent()
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
    public async Task A_server_with_TLS_is_trusted_by_its_first_fingerprint()
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
        using ScriptedCompactPeer impostor = await server.AcceptAsync(_guard);
        await Assert.ThrowsAsync<IOException>(impostor.ReadLoginAsync);
        Assert.AreEqual(1, await changed.Ended.WaitAsync(_guard));
        StringAssert.Contains($"{changed.Out}", "line 2 of");
    }

    private static Dictionary<string, string?> Password(string password) => new() { ["SERVERLIB_PASSWORD"] = password };
}
