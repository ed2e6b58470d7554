using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ServerLib.Auditing;
using ServerLib.Messaging;
using ServerLib.Protocol;
using ServerLib.Server;
using ServerLib.Tests.Connections;
using ServerLib.Tests.Passwords;

namespace ServerLib.Tests.Compact;

/// <summary>The frames COMMAND and OUTPUT.</summary>
[TestClass]
public sealed class CommandFrameTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_command_of_an_admin_is_run_for_its_connection_and_answered()
    {
        await using RunningServer server = await StartAsync((connection, command) => new(
            3, $"{connection.Alias} said {command.Line}{command.Input}", JsonSerializer.SerializeToElement(new { answer = 42 })));
        using CompactClient alice = await AdminAsync(server);

        Assert.AreEqual(
            """{"exit":3,"text":"alice said users  --json","data":{"answer":42}}""",
            (await SendAsync(alice, "users  --json")).Json.ToJsonString());
    }

    [TestMethod]
    public async Task A_command_may_have_an_input_besides_its_line()
    {
        await using RunningServer server = await StartAsync((_, command) => new(0, $"{command}: {command.Input}"));
        await server.Database.AddAccountAsync("alice", "s3cret pass", _guard);
        await server.Database.SetAdminAsync("alice", true, _guard);
        await using ServerClient alice = await server.JoinOverTlsAsync("alice", _guard);

        Assert.AreEqual("x: two\nlines", (await alice.RunCommandAsync(new CommandRequest("x", "two\nlines"), _guard)).Text);
    }

    [TestMethod]
    public async Task An_output_may_have_a_table_with_notes()
    {
        var table = new CommandTable(["A", "B"], [["1", "2"]]) { Notes = ["note"] };
        await using RunningServer server = await StartAsync((_, _) => new(0, "text") { Table = table });
        await server.Database.AddAccountAsync("alice", "s3cret pass", _guard);
        await server.Database.SetAdminAsync("alice", true, _guard);
        await using ServerClient alice = await server.JoinOverTlsAsync("alice", _guard);

        CommandTable? received = (await alice.RunCommandAsync("x", _guard)).Table;
        Assert.AreEqual(JsonSerializer.Serialize(table), JsonSerializer.Serialize(received));
    }

    [TestMethod]
    public async Task A_command_of_a_user_who_is_not_an_admin_is_refused()
    {
        await using RunningServer server = await StartAsync((_, _) => new(0, "done"));
        using CompactClient alice = await CompactClient.JoinTlsAsync(server.EndPoint, "alice");

        const string NotAllowed = """{"code":"not-allowed","text":"Commands are for admins.","about":"0x08"}""";
        Assert.AreEqual(NotAllowed, (await SendAsync(alice, "x", FrameType.Error)).Json.ToJsonString());
        await server.Database.SetAdminAsync("alice", true, _guard);
        Assert.AreEqual("""{"exit":0,"text":"done"}""", (await SendAsync(alice, "x")).Json.ToJsonString());
        await server.Database.SetAdminAsync("alice", false, _guard);
        Assert.AreEqual(NotAllowed, (await SendAsync(alice, "x", FrameType.Error)).Json.ToJsonString());
        await server.Database.SetAdminAsync("alice", true, _guard);
        await server.Database.SetLockedAsync("alice", true, _guard);
        Assert.AreEqual(NotAllowed, (await SendAsync(alice, "x", FrameType.Error)).Json.ToJsonString());
        await alice.SettleAsync();
    }

    [TestMethod]
    [DataRow("127.0.0.1")]
    [DataRow("::1")]
    [DataRow("192.0.2.1")]
    [DataRow("2001:db8::1")]
    public async Task Commands_without_TLS_are_refused_from_this_machine_too(string from)
    {
        using var folder = new TempFolder();
        await using var database = new LiteDbUserDatabase(folder.Path, new Passwords.FakeHasher());
        await database.AddAccountAsync("alice", "secret", _guard);
        await database.SetAdminAsync("alice", true, _guard);
        var client = new MemoryConnection(new ServerOptions { Login = { Plaintext = PlaintextPolicy.Anywhere } }, from: IPAddress.Parse(from));
        await client.Compact.SendLoginAsync("alice");
        Assert.IsTrue(await Srv.ConnectClientAsync(client.Connection, new ActiveConnectionLedger(), database, cancellationToken: _guard));
        await using ServiceProvider services = new ServiceCollection()
            .AddSingleton<ICommandHandler>(new Handler((_, _) => new(0, "done"))).BuildServiceProvider();
        await using var audit = new AuditTrail(folder.Path);
        var requests = new CommandRequests(
            database, services.GetRequiredService<IServiceScopeFactory>(), new RefusalTrail(audit, TimeProvider.System));

        await requests.RunAsync(client.Connection, new Message(MessageKind.Command, """{"line":"x"}"""u8.ToArray()));
        Assert.AreEqual("Commands are taken over TLS only.", (string?)(await client.Compact.ReceiveFramesAsync(4))[^1].Json["text"]);
        Assert.AreEqual(
            $"alice {client.Connection.RemoteEndPoint} refused: without TLS",
            string.Join('\n', (await audit.ReadNewestAsync(10)).Where(entry => entry.Event == AuditEvent.AdminCommand)
                .Select(entry => $"{entry.Actor} {entry.Address} {entry.Detail}")));
    }

    [TestMethod]
    public async Task Over_TLS_they_are_taken()
    {
        await using RunningServer server = await StartAsync((_, _) => new(0, "done", JsonSerializer.SerializeToElement((int[])[1, 2])));
        await server.Database.AddAccountAsync("alice", "s3cret pass", _guard);
        await server.Database.SetAdminAsync("alice", true, _guard);
        await using ServerClient alice = await server.JoinOverTlsAsync("alice", _guard);
        CommandOutput output = await alice.RunCommandAsync("x", _guard);

        Assert.AreEqual("0 done [1,2]", $"{output.Exit} {output.Text} {output.Data}");
        await server.Database.SetAdminAsync("alice", false, _guard);
        ServerClientException refused = await Assert.ThrowsExactlyAsync<ServerClientException>(() => alice.RunCommandAsync("x", _guard));
        Assert.AreEqual("not-allowed", refused.Code);
    }

    [TestMethod]
    public async Task Where_nobody_handles_commands_an_admin_is_told_so()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient alice = await AdminAsync(server);

        Assert.AreEqual("not-handled", (string?)(await SendAsync(alice, "x", FrameType.Error)).Json["code"]);
    }

    [TestMethod]
    public async Task A_command_that_throws_is_told_and_the_connection_stays()
    {
        await using RunningServer server = await StartAsync(
            (_, command) => command.Line == "x" ? throw new InvalidOperationException("a bug") : new(0, command.Line));
        using CompactClient alice = await AdminAsync(server);

        Assert.AreEqual("failed 0x08", Words(await SendAsync(alice, "x", FrameType.Error)));
        Assert.AreEqual("y", (string?)(await SendAsync(alice, "y")).Json["text"]);
    }

    [TestMethod]
    [DataRow("say hello\nuser: [ CONNECTED ]")]
    [DataRow("say \u001b[2J")]
    [DataRow("say \u0085")]
    public async Task A_line_with_control_characters_is_not_run(string line)
    {
        await using RunningServer server = await StartAsync((_, _) => new(0, "done"));
        using CompactClient alice = await AdminAsync(server);

        Assert.AreEqual("bad-command 0x08", Words(await SendAsync(alice, line, FrameType.Error)));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("{}")]
    [DataRow("""{"line":null}""")]
    [DataRow("""{"line":["x"]}""")]
    public async Task A_payload_that_is_not_the_expected_JSON_ends_the_connection(string payload)
    {
        await using RunningServer server = await StartAsync((_, _) => new(0, "done"));
        using CompactClient alice = await AdminAsync(server);
        await alice.SendAsync(new RawFrame(FrameType.Command, System.Text.Encoding.UTF8.GetBytes(payload)));

        Assert.AreEqual("bad-frame", await alice.ReceiveCloseAsync());
    }

    [TestMethod]
    public async Task Commands_of_one_connection_run_one_after_the_other()
    {
        int running = 0, most = 0, count = 0;
        await using RunningServer server = await RunningServer.StartAsync(services: services => services.AddSingleton<ICommandHandler>(
            new AsyncHandler(async () =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await Task.Yield();
                Interlocked.Decrement(ref running);
                return new CommandOutput(0, $"{++count}");
            })));
        using CompactClient alice = await AdminAsync(server);
        await alice.SendAsync([.. Enumerable.Repeat(Command("x"), 20)]);
        for (int i = 1; i <= 20; i++)
            Assert.AreEqual($"{i}", (string?)(await alice.ReceiveAsync(FrameType.Output)).Json["text"]);

        Assert.AreEqual(1, most);
    }

    [TestMethod]
    [DataRow(0, "", false)]
    [DataRow(1, "\n(cut here, for it is larger than a frame)", false)]
    [DataRow(100_000, "\n(cut here, for it is larger than a frame)", false)]
    [DataRow(-1_000, "\n(without its data, which is larger than a frame)", true)]
    [DataRow(100_000, "\n(cut here, for it is larger than a frame)", true)]
    public void An_output_that_is_larger_than_a_frame_loses_its_data_and_then_its_end(int over, string note, bool hasData)
    {
        const int MaxFrame = 4_096;
        int room = MaxFrame - 1 - """{"exit":0,"text":""}""".Length;
        string text = new('x', room + over);
        JsonElement? data = hasData ? JsonSerializer.SerializeToElement(new string('y', 2_000)) : null;
        byte[] json = BoundedPayload.Output(new CommandOutput(0, text, data), MaxFrame);

        CompactControl.Output output = CompactControl.TryParse(json, CompactJson.Default.Output)!;
        StringAssert.EndsWith(output.Text, note);
        Assert.AreEqual(new string('x', output.Text.Length - note.Length), output.Text[..^note.Length]);
        Assert.IsNull(output.Data);
        Assert.IsLessThan(MaxFrame, json.Length);
        if (over >= 0)
            Assert.AreEqual(MaxFrame - 1, json.Length);
    }

    [TestMethod]
    public void Truncated_output_is_not_cut_within_a_character()
    {
        for (int before = 0; before < 30; before++)
        {
            byte[] json = BoundedPayload.Output(
                new CommandOutput(0, new string('x', before) + string.Concat(Enumerable.Repeat("🔑", 2_000))), 4_096);
            Assert.DoesNotContain("\ufffd", CompactControl.TryParse(json, CompactJson.Default.Output)!.Text);
        }
    }

    private static string Words(RawFrame error) => $"{error.Json["code"]} {error.Json["about"]}";

    private static RawFrame Command(string line) => RawFrame.Control(FrameType.Command, new { line });

    private static async Task<RawFrame> SendAsync(CompactClient client, string line, FrameType answer = FrameType.Output)
    {
        await client.SendAsync(Command(line));
        return await client.ReceiveAsync(answer);
    }

    private static Task<RunningServer> StartAsync(Func<Connection, CommandRequest, CommandOutput> handle) =>
        RunningServer.StartAsync(services: services => services.AddSingleton<ICommandHandler>(new Handler(handle)));

    private async Task<CompactClient> AdminAsync(RunningServer server)
    {
        CompactClient alice = await CompactClient.JoinTlsAsync(server.EndPoint, "alice");
        await server.Database.SetAdminAsync("alice", true, _guard);
        return alice;
    }

    private sealed class Handler(Func<Connection, CommandRequest, CommandOutput> handle) : ICommandHandler
    {
        public ValueTask<CommandOutput> RunAsync(Connection connection, CommandRequest command, CancellationToken cancellationToken) =>
            new(handle(connection, command));
    }

    private sealed class AsyncHandler(Func<Task<CommandOutput>> handle) : ICommandHandler
    {
        public ValueTask<CommandOutput> RunAsync(Connection connection, CommandRequest command, CancellationToken cancellationToken) => new(handle());
    }
}
