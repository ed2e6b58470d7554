using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Endpoints;

/// <summary>Sockets that listen already when the server gets them.</summary>
[TestClass]
public sealed class InheritedSocketTests
{
    [TestMethod]
    [DataRow(TransportKind.Automatic)]
    [DataRow(TransportKind.Portable)]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public async Task A_server_accepts_on_sockets_that_listen_already(TransportKind transport)
    {
        using var folder = new TempFolder();
        string path = folder.File("chat.sock");
        var endPoint = new IPEndPoint(IPAddress.Loopback, 0);
        using Socket tcp = Open(endPoint, ProtocolType.Tcp);
        using Socket unix = Open(new UnixDomainSocketEndPoint(path), ProtocolType.Unspecified);

        // A client that connects before the server starts waits in the queue.
        using var early = new TcpClient();
        await early.ConnectAsync((IPEndPoint)tcp.LocalEndPoint!);
        await using (EndpointServer server = await EndpointServer.StartAsync(
            options => options.Transport = transport, new ServerEndpoint(Inherit(tcp)), new ServerEndpoint(Inherit(unix))))
        {
            using CompactClient first = CompactClient.On(early.GetStream());
            await first.JoinAsync("ada");
            using CompactClient second = await server.ConnectAsync(1);
            await second.JoinAsync("bob");
            await second.SendAsync(RawFrame.Message("hello"));

            Assert.AreEqual("bob: hello", await first.ReceiveMessageAsync());
        }

        Assert.IsTrue(File.Exists(path), "The file belongs to the program that has created the socket.");
    }

    [TestMethod]
    public async Task An_end_point_with_a_socket_has_its_own_rules()
    {
        await using EndpointServer server = await EndpointServer.StartAsync(
            new ServerEndpoint(Open(new IPEndPoint(IPAddress.Loopback, 0), ProtocolType.Tcp)) { Tls = EndpointTls.Required });
        using CompactClient plain = await server.ConnectAsync();

        await plain.SendLoginAsync("bob");

        Assert.AreEqual("refused", await plain.ReceiveCloseAsync());
    }

    [TestMethod]
    public async Task A_socket_that_does_not_listen_is_refused()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        Exception e = await Assert.ThrowsAsync<Exception>(() => EndpointServer.StartAsync(new ServerEndpoint(socket)));

        StringAssert.Contains(e.Message, "Endpoints:0: Socket: it is not a stream socket that listens");
    }

    private static Socket Open(EndPoint endPoint, ProtocolType protocol)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, protocol);
        socket.Bind(endPoint);
        socket.Listen();
        return socket;
    }

    /// <summary>A socket object that knows no more than a descriptor, as in a process that inherits it.</summary>
    private static Socket Inherit(Socket socket) => new(new SafeSocketHandle(Duplicate((int)socket.Handle), ownsHandle: true));

    [DllImport("libc", EntryPoint = "dup")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Duplicate(int descriptor);
}
