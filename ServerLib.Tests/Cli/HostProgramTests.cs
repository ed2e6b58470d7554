using System.Net;
using System.Net.Sockets;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Cli;

[TestClass]
public sealed class HostProgramTests
{
    private static readonly string[] FreePort = ["--port", "0"];

    [TestMethod]
    public async Task Says_where_it_listens_where_its_data_lies_and_how_to_stop_it()
    {
        using var folder = new TempFolder();
        await using HostRun run = await HostRun.ToEndAsync(folder, FreePort, "shutdown\n");

        Assert.AreEqual(0, await run.Ended);
        Assert.IsTrue(run.Out.Lines.Any(l => l.StartsWith("Listening on 127.0.0.1:", StringComparison.Ordinal)), run.Out.ToString());
        Assert.Contains($"Data in {folder.File("serverlib-data")}", run.Out.ToString());
        Assert.Contains("'shutdown'", run.Out.ToString());
        Assert.Contains("'help'", run.Out.ToString());
        Assert.AreEqual("", run.Error.ToString());
        Assert.IsTrue(File.Exists(folder.File("serverlib-data/activity.log")));
    }

    [TestMethod]
    public async Task Help_lists_the_commands_or_says_how_one_is_used()
    {
        using var folder = new TempFolder();
        await using HostRun run = await HostRun.ToEndAsync(
            folder, FreePort, "help\nhelp USER lock\nhelp status\nhelp history\nhelp nonsense\nhelp a b\nshutdown\n");

        foreach (string line in (string[])[
            "  user lock <NAME> [options]",
            "  Locks an account: ends its connections, and refuses its logins",
            "  status [options]",
            "  Shows the state of the server, and first its problems",
            "  Example: history --user ada --since 7d",
        ])
        {
            Assert.Contains(line, run.Out.Lines);
        }

        Assert.Contains("there is no command nonsense; 'help' lists the commands", run.Error.Lines);
        Assert.Contains("  --until <TIME>", run.Out.ToString());
        Assert.IsTrue(run.Out.Lines.Any(line => line.StartsWith("user unlock NAME ", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Runs_piped_commands_in_order_and_none_after_shutdown()
    {
        using var folder = new TempFolder();
        await using HostRun run = await HostRun.ToEndAsync(folder, FreePort, "\nusers\nnonsense\nshutdown\nsay too late\n");

        Assert.Contains("nobody is connected", run.Out.Lines);
        Assert.Contains("there is no command nonsense; 'help' lists the commands", run.Error.Lines);
        Assert.DoesNotContain("sent to", run.Out.ToString());
        Assert.AreEqual(2, await run.Ended);
        Assert.AreEqual("EXIT", run.Out.Lines[^1]);
    }

    [TestMethod]
    public async Task Runs_on_when_its_input_ends_and_ends_with_0_when_it_is_stopped()
    {
        using var folder = new TempFolder();
        await using HostRun run = HostRun.Start(folder, FreePort);
        using ClassicClient client = await ClassicClient.ConnectAsync(await run.EndPointAsync(), Guard.NewToken());

        Assert.AreEqual("OK", await client.LoginAsync("ada", "secret of ada", Guard.NewToken()));
        Assert.AreEqual(0, await run.StopAsync());
    }

    [TestMethod]
    public async Task A_failed_command_decides_the_exit_code_also_after_the_end_of_the_input()
    {
        using var folder = new TempFolder();
        await using HostRun run = HostRun.Start(folder, FreePort, new StringReader("nonsense --json\nusers\nkick nobody"));
        await run.Error.SeeAsync("nobody is not connected");

        Assert.Contains("nobody is connected", run.Out.Lines);
        Assert.AreEqual("""{"error":"there is no command nonsense; 'help' lists the commands","exit":2}""", string.Concat(run.Error.Lines[..^1].Select(line => line.Trim())).Replace("\": ", "\":"));
        Assert.AreEqual(2, await run.StopAsync());
    }

    [TestMethod]
    public async Task The_console_shows_lists_and_kicks_a_new_user()
    {
        using var folder = new TempFolder();
        var input = new TypedInput();
        await using HostRun run = HostRun.Start(folder, FreePort, input);
        using ClassicClient client = await ClassicClient.ConnectAsync(await run.EndPointAsync(), Guard.NewToken());
        await client.LoginAsync("ada", "secret of ada", Guard.NewToken());
        await client.ExchangeKeysAsync(Guard.NewToken());
        await run.Out.SeeAsync("Alias - ada");
        await client.ReceiveUntilAsync("ada: [ CONNECTED ]", Guard.NewToken());

        input.Type("users");
        input.Type("say \"hello  there\"");
        input.Type("kick ADA");
        Assert.AreEqual("SERVER: hello  there", await client.ReceiveAsync(Guard.NewToken()));
        Assert.IsNull(await client.ReceiveOrClosedAsync(Guard.NewToken()));
        await run.Out.SeeAsync("Kicked");
        input.Type("shutdown");

        Assert.AreEqual(0, await run.Ended.WaitAsync(Guard.NewToken()));
        Assert.Contains($"ada   {client.LocalEndPoint}  ", run.Out.ToString());
        Assert.Contains("sent to 1 connection", run.Out.ToString());
        Assert.Contains($"kicked ada@{client.LocalEndPoint}", run.Out.ToString());
    }

    [TestMethod]
    public async Task Shutdown_tells_everyone()
    {
        using var folder = new TempFolder();
        var input = new TypedInput();
        await using HostRun run = HostRun.Start(folder, FreePort, input);
        using ClassicClient client = await ClassicClient.ConnectAsync(await run.EndPointAsync(), Guard.NewToken());
        await client.LoginAsync("ada", "secret of ada", Guard.NewToken());
        await client.ExchangeKeysAsync(Guard.NewToken());
        await client.ReceiveUntilAsync("ada: [ CONNECTED ]", Guard.NewToken());

        input.Type("shutdown");
        await client.ReceiveUntilAsync("SERVER: [ ALERT ] Server shutting down...", Guard.NewToken());
        Assert.IsNull(await client.ReceiveOrClosedAsync(Guard.NewToken()));
        Assert.AreEqual(0, await run.Ended.WaitAsync(Guard.NewToken()));
    }

    [TestMethod]
    public async Task A_port_in_use_is_one_line_and_1()
    {
        using var folder = new TempFolder();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        await using HostRun run = await HostRun.ToEndAsync(folder, ["--port", $"{((IPEndPoint)taken.LocalEndpoint).Port}"]);

        Assert.AreEqual(1, await run.Ended);
        Assert.HasCount(1, run.Error.Lines);
        Assert.Contains($"{taken.LocalEndpoint} is in use", run.Error.ToString());
        Assert.Contains("option Port", run.Error.ToString());
        Assert.AreEqual("", run.Out.ToString());
    }

    [TestMethod]
    public async Task A_key_that_can_not_be_read_is_one_line_and_1()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("server-key.pem"), "-----BEGIN PRIVATE KEY-----\nMIIE");
        await using HostRun run = await HostRun.ToEndAsync(folder, ["--port", "0", "--data", "."]);

        Assert.AreEqual(1, await run.Ended);
        Assert.HasCount(1, run.Error.Lines);
        Assert.Contains(folder.File("server-key.pem"), run.Error.ToString());
    }

    [TestMethod]
    public async Task A_console_that_is_gone_does_not_end_the_server()
    {
        using var folder = new TempFolder();
        var input = new TypedInput();
        using var gone = new GoneWriter();
        await using HostRun run = HostRun.Start(folder, FreePort, input, gone);
        input.Type("status");
        input.Type("audit");
        input.Type("shutdown");

        Assert.AreEqual(0, await run.Ended.WaitAsync(Guard.NewToken()));
        Assert.IsTrue(File.Exists(folder.File("database_audit.txt")));
    }

    [TestMethod]
    public async Task An_input_that_fails_is_like_one_that_ends()
    {
        using var folder = new TempFolder();
        using var input = new StringReader("");
        input.Dispose();
        await using HostRun run = HostRun.Start(folder, FreePort, input);
        await run.EndPointAsync();

        Assert.AreEqual(0, await run.StopAsync());
        Assert.AreEqual("", run.Error.ToString());
    }

    [TestMethod]
    [DataRow("--help", "--listen")]
    [DataRow("--help", "  serverlib [<PORT>] [command] [options]")]
    [DataRow("connect --help", "  serverlib connect ")]
    [DataRow("-h", "SERVERLIB_")]
    [DataRow("--version", "0.")]
    public async Task Help_and_version_are_said_without_a_server(string arguments, string expected)
    {
        using var folder = new TempFolder();
        await using HostRun run = await HostRun.ToEndAsync(folder, arguments.Split(' '));

        Assert.AreEqual(0, await run.Ended);
        Assert.Contains(expected, run.Out.ToString());
        Assert.IsEmpty(Directory.GetFileSystemEntries(folder.Path));
    }

    private sealed class GoneWriter : StringWriter
    {
        public override void WriteLine(string? value) => throw new IOException("Broken pipe");
    }
}
