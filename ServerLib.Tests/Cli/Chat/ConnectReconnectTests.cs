using ServerLib.Tests.Cli.Terminal;
using ServerLib.Tests.Clients;
using ServerLib.Tests.Resuming;

namespace ServerLib.Tests.Cli.Chat;

/// <summary>The command <c>connect</c> when its connection is lost.</summary>
[TestClass]
public sealed class ConnectReconnectTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_chat_reconnects_and_keeps_what_is_typed()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient al = await server.ConnectAsync("al", _guard);
        await using var proxy = new CuttingProxy(server.EndPoint);
        using var folder = new TempFolder();
        var terminal = new FakeTerminal();
        await using HostRun run = await StartAsync(folder, proxy, terminal);
        await al.SendAsync("before", _guard);
        await terminal.Screen.SeeAsync("al: before");
        terminal.Type("half a li");
        await terminal.Screen.SeeAsync("> half a li");

        proxy.Cut(resets: true);
        await terminal.Screen.SeeAsync("Reconnecting...");
        await terminal.Screen.SeeAsync("* connected again");
        await al.SendAsync("after", _guard);
        await terminal.Screen.SeeAsync("al: after");
        terminal.Type("ne\n");

        Assert.AreEqual("half a line", (await al.NextAsync(ReceivedKind.Message, _guard)).Text);
        Assert.HasCount(2, $"{terminal.Screen}".Split("al: before"), "The message was shown once.");
        terminal.Type("/quit\n");
        Assert.AreEqual(0, await run.Ended.WaitAsync(_guard));
    }

    [TestMethod]
    public async Task A_line_without_a_connection_is_not_lost_silently()
    {
        await using RunningServer server = await RunningServer.StartAsync(options => options.Sessions.ResumeWindow = TimeSpan.Zero);
        var proxy = new CuttingProxy(server.EndPoint);
        using var folder = new TempFolder();
        var terminal = new FakeTerminal();
        await using HostRun run = await StartAsync(folder, proxy, terminal);

        await proxy.DisposeAsync();
        await terminal.Screen.SeeAsync("Reconnecting...");
        terminal.Type("hello\n");
        await terminal.Screen.SeeAsync("! there is no connection, so this was not sent");
        terminal.Type("/quit\n");
        Assert.AreEqual(0, await run.Ended.WaitAsync(_guard));
    }

    [TestMethod]
    public async Task A_first_connection_that_fails_is_not_tried_again()
    {
        using var folder = new TempFolder();
        var terminal = new FakeTerminal();
        await using HostRun run = HostRun.Start(folder, ["connect", "127.0.0.1:1", "--user", "zoe"], terminal: terminal);

        Assert.AreEqual(1, await run.Ended.WaitAsync(_guard));
    }

    private static async Task<HostRun> StartAsync(TempFolder folder, CuttingProxy proxy, FakeTerminal terminal)
    {
        HostRun run = HostRun.Start(folder, ["connect", $"{proxy.EndPoint}", "--user", "zoe"], terminal: terminal);
        await terminal.Screen.SeeAsync("Password: ");
        terminal.Type("s3cret\n");
        await terminal.Screen.SeeAsync("* zoe joined");
        await terminal.Screen.SeeAsync("> ");
        return run;
    }
}
