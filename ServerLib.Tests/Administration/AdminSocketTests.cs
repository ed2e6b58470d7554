using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Administration;
using ServerLib.Administration.Sockets;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Administration;

/// <summary>The admin socket of a server in a data folder.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class AdminSocketTests : IDisposable
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly TempFolder _folder = new();

    [TestMethod]
    public async Task A_program_of_the_owner_runs_commands_one_after_the_other()
    {
        await using ServerLibServer server = await StartAsync();
        await using AdminSocketClient client = (await AdminSocketClient.TryConnectAsync(SocketPath, _guard))!;

        CommandOutput added = await client.RunAsync(new CommandRequest("user add ada --password-stdin", "correct horse"), _guard);
        Assert.AreEqual(new CommandOutput(0, "added ada", added.Data), added);
        CommandOutput listed = await client.RunAsync(new CommandRequest("user list"), _guard);
        Assert.AreEqual("ada", listed.Table!.Rows.Single()[0]);
        Assert.AreEqual(3, (await client.RunAsync(new CommandRequest("user remove nobody"), _guard)).Exit);
    }

    [TestMethod]
    public async Task The_socket_belongs_to_its_owner_only_and_is_removed_at_the_end()
    {
        ServerLibServer server = await StartAsync();
        if (!OperatingSystem.IsWindows())
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SocketPath));
        await server.StopAsync(_guard);
        await server.DisposeAsync();
        Assert.IsFalse(File.Exists(SocketPath));
    }

    [TestMethod]
    public async Task A_socket_that_a_crash_left_behind_is_replaced()
    {
        using (var old = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
            old.Bind(new UnixDomainSocketEndPoint(SocketPath));
        Assert.IsNull(await AdminSocketClient.TryConnectAsync(SocketPath, _guard));

        await using ServerLibServer server = await StartAsync();
        await using AdminSocketClient client = (await AdminSocketClient.TryConnectAsync(SocketPath, _guard))!;
        Assert.AreEqual(0, (await client.RunAsync(new CommandRequest("users"), _guard)).Exit);
    }

    [TestMethod]
    public async Task Without_the_option_there_is_no_socket()
    {
        await using ServerLibServer server = await StartAsync(builder => builder.AddAdministration(options => options.AdminSocket = false));
        Assert.IsFalse(File.Exists(SocketPath));
    }

    [TestMethod]
    public async Task Garbage_and_unknown_frames_do_not_disturb_the_next_program()
    {
        await using ServerLibServer server = await StartAsync();
        foreach (byte[] garbage in (byte[][])["GET / HTTP/1.1\r\n\r\n"u8.ToArray(), [.. "SLIB/2\r\n"u8, 0xFF, 0xFF, 0xFF, 0xFF, 1], [.. "SLIB/2\r\n"u8, 0, 0, 0, 0, 1]])
        {
            using Socket socket = await ConnectAsync();
            await socket.SendAsync(garbage, _guard);
            await ClosesAsync(socket);
        }

        using Socket other = await ConnectAsync();
        var frames = new AdminFrames(new NetworkStream(other));
        await frames.WritePrefaceAsync(_guard);
        await frames.WriteAsync(FrameType.MessageIn, "x"u8.ToArray(), _guard);
        Assert.AreEqual(FrameType.Error, (await frames.ReadAsync(_guard))!.Value.Type);
        await frames.WriteAsync(FrameType.Command, """{"line":"users\nshutdown"}"""u8.ToArray(), _guard);
        Assert.Contains("\"exit\":2", System.Text.Encoding.UTF8.GetString((await frames.ReadAsync(_guard))!.Value.Payload));
        await frames.WriteAsync(FrameType.Command, "not JSON"u8.ToArray(), _guard);
        Assert.AreEqual(FrameType.Output, (await frames.ReadAsync(_guard))!.Value.Type);
    }

    [TestMethod]
    public async Task A_connection_without_a_preface_is_ended()
    {
        var time = new FakeTimeProvider();
        Task running = new AdminSocketConnection(commands: null!, time).RunAsync(new Pipe().Reader.AsStream(), _guard);
        Assert.IsFalse(running.IsCompleted);
        time.Advance(AdminSocket.PrefaceTimeout);
        await Assert.ThrowsAsync<OperationCanceledException>(() => running.WaitAsync(_guard));
    }

    [TestMethod]
    public async Task More_programs_than_the_limit_are_refused_with_a_reason()
    {
        await using ServerLibServer server = await StartAsync();
        List<Socket> open = [];
        for (int i = 0; i < AdminSocket.MaxConnections; i++)
        {
            Socket socket = await ConnectAsync();
            open.Add(socket);
            var frames = new AdminFrames(new NetworkStream(socket));
            await frames.WritePrefaceAsync(_guard);
            await frames.WriteAsync(FrameType.Ping, "x"u8.ToArray(), _guard);
            Assert.AreEqual(FrameType.Pong, (await frames.ReadAsync(_guard))!.Value.Type);
        }

        await using AdminSocketClient refused = (await AdminSocketClient.TryConnectAsync(SocketPath, _guard))!;
        IOException reason = await Assert.ThrowsExactlyAsync<IOException>(() => refused.RunAsync(new CommandRequest("users"), _guard));
        StringAssert.StartsWith(reason.Message, "too many programs");

        foreach (Socket socket in open)
        {
            await new AdminFrames(new NetworkStream(socket)).WriteAsync(FrameType.Close, new byte[1], _guard);
            await ClosesAsync(socket);
            socket.Dispose();
        }

        await using AdminSocketClient next = (await AdminSocketClient.TryConnectAsync(SocketPath, _guard))!;
        Assert.AreEqual(0, (await next.RunAsync(new CommandRequest("users"), _guard)).Exit);
    }

    [TestMethod]
    public async Task The_socket_answers_until_the_server_has_stopped()
    {
        var handler = new SlowFarewell();
        await using ServerLibServer server = await StartAsync(builder => builder.Use<IMessageHandler>(handler));
        using CompactClient ada = await CompactClient.JoinAsync(server.EndPoint!, "ada", "correct horse");
        Task stopping = server.StopAsync(_guard);
        await handler.Begun.Task.WaitAsync(_guard);

        await using (AdminSocketClient client = (await AdminSocketClient.TryConnectAsync(SocketPath, _guard))!)
            StringAssert.StartsWith((await client.RunAsync(new CommandRequest("status"), _guard)).Text, "the server is shutting down");
        handler.End.SetResult();
        await stopping.WaitAsync(_guard);
        Assert.IsFalse(File.Exists(SocketPath));
    }

    public void Dispose() => _folder.Dispose();

    private string SocketPath => _folder.File("admin.sock");

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), _guard);
        return socket;
    }

    /// <summary>Waits until the server has closed the connection.</summary>
    private async Task ClosesAsync(Socket socket)
    {
        try
        {
            Assert.AreEqual(0, await socket.ReceiveAsync(new byte[1], _guard));
        }
        catch (SocketException e)
        {
            // It did not read everything.
            Assert.AreEqual(SocketError.ConnectionReset, e.SocketErrorCode);
        }
    }

    private async Task<ServerLibServer> StartAsync(Action<IServerLibBuilder>? configure = null)
    {
        ServerLibServer server = ServerLibServer.Create(builder =>
        {
            builder.Configure(options =>
            {
                options.Port = 0;
                options.DataDirectory = _folder.Path;
            });
            builder.AddAdministration();
            configure?.Invoke(builder);
        });
        await server.StartAsync(_guard);
        return server;
    }

    /// <summary>Says goodbye when the test permits it.</summary>
    private sealed class SlowFarewell : IMessageHandler
    {
        public TaskCompletionSource Begun { get; } = new();

        public TaskCompletionSource End { get; } = new();

        public async ValueTask OnServerStoppingAsync(Connection connection, CancellationToken cancellationToken)
        {
            Begun.SetResult();
            await End.Task;
        }
    }
}
