using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using ServerLib.Server;
using ServerLib.Tests.Hosting;

namespace ServerLib.Tests.Server;

[TestClass]
public sealed class ListenerFactoryTests
{
    [TestMethod]
    [DataRow(SocketError.AddressAlreadyInUse, "is in use by another program. Stop it, or choose another port (option Port).")]
    [DataRow(SocketError.AddressNotAvailable, "is not an address of this machine. Choose one that is (option Server).")]
    [DataRow(SocketError.AccessDenied, "Choose a port above 1023 (option Port).")]
    [DataRow(SocketError.NoBufferSpaceAvailable, "cannot be used: ")]
    public void A_failure_to_listen_names_the_end_point_and_the_option(SocketError error, string expected)
    {
        string line = ListenerFactory.Explain(new SocketException((int)error), new IPEndPoint(IPAddress.Loopback, 80)).Message;

        Assert.StartsWith("127.0.0.1:80 ", line);
        Assert.Contains(expected, line);
    }

    [TestMethod]
    [DataRow(TransportKind.Automatic)]
    [DataRow(TransportKind.Portable)]
    public async Task A_server_whose_port_is_in_use_names_it(TransportKind transport)
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        int port = ((IPEndPoint)other.LocalEndPoint!).Port;
        using var folder = new TempFolder();
        await using var server = ServerLibServer.Create(
            b => b.OnFreePort(folder.Path).Configure(options => (options.Port, options.Transport) = (port, transport)));

        ServerLibException e = await Assert.ThrowsExactlyAsync<ServerLibException>(() => server.StartAsync(Guard.NewToken()));

        Assert.AreEqual(
            $"127.0.0.1:{port} is in use by another program. Stop it, or choose another port (option Port).", e.Message);
    }
}
