using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Endpoints;

[TestClass]
public sealed class EndpointTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    [DataRow(TransportKind.Automatic)]
    [DataRow(TransportKind.Portable)]
    public async Task Clients_of_all_end_points_share_one_server(TransportKind transport)
    {
        using var folder = new TempFolder();
        await using EndpointServer server = await EndpointServer.StartAsync(
            options => options.Transport = transport,
            new ServerEndpoint(), new ServerEndpoint { Address = "127.0.0.2" }, new ServerEndpoint { Path = folder.File("chat.sock") });
        using CompactClient first = await JoinAsync(server, 0, "ada");
        using CompactClient second = await JoinAsync(server, 1, "bob");
        using CompactClient third = await JoinAsync(server, 2, "zoe");

        await third.SendAsync(RawFrame.Message("hello"));

        Assert.AreEqual("zoe: hello", await first.ReceiveMessageAsync());
        Assert.AreEqual("zoe: hello", await second.ReceiveMessageAsync());
        Assert.AreEqual("127.0.0.1,127.0.0.2", string.Join(',', server.Running.Server.EndPoints.OfType<IPEndPoint>().Select(e => e.Address)));
        Assert.AreEqual(folder.File("chat.sock"), server.Running.Ledger.Find("zoe").Single().RemoteEndPoint.ToString());
    }

    [TestMethod]
    public async Task An_end_point_that_requires_TLS_refuses_logins_without_it()
    {
        await using EndpointServer server = await EndpointServer.StartAsync(
            new ServerEndpoint(), new ServerEndpoint { Tls = EndpointTls.Required, Plaintext = PlaintextPolicy.Anywhere });
        using CompactClient plain = await server.ConnectAsync(1);
        using CompactClient secure = CompactClient.On(await TlsPeer.AuthenticateAsync(await server.OpenAsync(1), _guard));
        using CompactClient elsewhere = await JoinAsync(server, 0, "ada");

        await plain.SendLoginAsync("bob");
        Assert.AreEqual("refused", await plain.ReceiveCloseAsync());
        await secure.JoinAsync("zoe");
    }

    [TestMethod]
    public async Task An_end_point_without_TLS_refuses_a_handshake()
    {
        await using EndpointServer server = await EndpointServer.StartAsync(new ServerEndpoint { Tls = EndpointTls.Never });
        using CompactClient plain = await JoinAsync(server, 0, "ada");

        await Assert.ThrowsAsync<IOException>(async () => await TlsPeer.AuthenticateAsync(await server.OpenAsync(), _guard));
    }

    [TestMethod]
    public async Task Each_end_point_has_its_own_rule_for_passwords_without_encryption()
    {
        await using EndpointServer server = await EndpointServer.StartAsync(
            new ServerEndpoint { Plaintext = PlaintextPolicy.Never }, new ServerEndpoint());
        using CompactClient refused = await server.ConnectAsync(0);
        using CompactClient accepted = await JoinAsync(server, 1, "ada");

        await refused.SendLoginAsync("bob");
        Assert.AreEqual("refused", await refused.ReceiveCloseAsync());
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    public async Task A_Unix_socket_is_open_to_owner_and_group_and_removed_at_the_end()
    {
        using var folder = new TempFolder();
        string path = folder.File("chat.sock");
        using (var abandoned = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            abandoned.Bind(new UnixDomainSocketEndPoint(path));
            File.Move(path, $"{path}.kept");
        }

        // The framework removes the file of a socket that it closes. A process that is killed leaves it.
        File.Move($"{path}.kept", path);
        await using (EndpointServer server = await EndpointServer.StartAsync(new ServerEndpoint { Path = path }))
        {
            Assert.AreEqual(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite, File.GetUnixFileMode(path));
            Assert.IsNull(server.Running.Server.EndPoint);
        }

        Assert.IsFalse(File.Exists(path));
    }

    [TestMethod]
    public async Task A_path_that_is_in_use_or_is_no_socket_is_refused()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("data"), "precious", _guard);
        await using EndpointServer other = await EndpointServer.StartAsync(new ServerEndpoint { Path = folder.File("used.sock") });

        foreach (string name in (string[])["used.sock", "data"])
        {
            ServerLibException e = await Assert.ThrowsExactlyAsync<ServerLibException>(
                () => EndpointServer.StartAsync(new ServerEndpoint(), new ServerEndpoint { Path = folder.File(name) }));
            Assert.StartsWith($"{folder.File(name)} is in use by another program, or is not a socket.", e.Message);
        }

        Assert.AreEqual("precious", await File.ReadAllTextAsync(folder.File("data"), _guard));
        using CompactClient client = await JoinAsync(other, 0, "ada");
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task A_path_that_is_a_pipe_is_refused()
    {
        using var folder = new TempFolder();
        string path = folder.File("pipe");
        using (Process made = Process.Start("mkfifo", [path]))
            await made.WaitForExitAsync(_guard);

        ServerLibException e = await Assert.ThrowsExactlyAsync<ServerLibException>(
            () => Task.Run(() => EndpointServer.StartAsync(new ServerEndpoint { Path = path }), _guard).WaitAsync(_guard));

        Assert.StartsWith($"{path} is in use by another program, or is not a socket.", e.Message);
    }

    private static async Task<CompactClient> JoinAsync(EndpointServer server, int index, string name)
    {
        CompactClient client = await server.ConnectAsync(index);
        await client.JoinAsync(name);
        return client;
    }
}
