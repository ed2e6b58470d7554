using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using ServerLib.Protocol;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Compact;

/// <summary>TLS on the server's one port.</summary>
[TestClass]
public sealed class TlsLoginTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    [DataRow(TransportKind.Automatic)]
    [DataRow(TransportKind.Portable)]
    public async Task The_client_logs_in_over_TLS_and_chats_with_one_without_TLS(TransportKind transport)
    {
        await using RunningServer server = await RunningServer.StartAsync(options => options.Transport = transport);
        await using ServerClient alice = await server.JoinOverTlsAsync("alice", _guard);
        using CompactClient bob = await CompactClient.JoinAsync(server.EndPoint, "bob");
        await alice.SendAsync("hello", _guard);

        Assert.AreEqual("alice: hello", await bob.ReceiveMessageAsync());
        Assert.IsTrue(server.Ledger.Find("alice").Single().IsSecure);
        Assert.IsFalse(server.Ledger.Find("bob").Single().IsSecure);
    }

    [TestMethod]
    public async Task A_classic_client_logs_in_through_a_tunnel()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using SslStream tunnel = await TlsPeer.ConnectAsync(server.EndPoint, _guard);
        await tunnel.WriteAsync((byte[])[.. EndToEnd.ClassicWire.Plain("alice"), .. EndToEnd.ClassicWire.Plain("secret")], _guard);

        Assert.AreEqual("OK", await TlsPeer.ReadPlainAsync(tunnel, _guard));
        StringAssert.StartsWith(await TlsPeer.ReadPlainAsync(tunnel, _guard), "Welcome alice\n");
    }

    [TestMethod]
    [DataRow(SslProtocols.Tls12)]
    [DataRow(SslProtocols.Tls13)]
    public async Task Both_versions_are_spoken_and_the_application_protocol_answered(SslProtocols version)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using SslStream tls = await TlsPeer.ConnectAsync(server.EndPoint, _guard, options =>
        {
            options.EnabledSslProtocols = version;
            options.ApplicationProtocols = [new("serverlib/1"), new("serverlib/2")];
        });

        Assert.AreEqual(version, tls.SslProtocol);
        Assert.AreEqual("serverlib/2", tls.NegotiatedApplicationProtocol.ToString());
    }

    [TestMethod]
    [DataRow("\u0016\u0003\u0001")]
    [DataRow("GET / HTTP/1.1\r\n")]
    public async Task Inside_of_TLS_what_is_neither_protocol_is_refused(string said)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using SslStream tls = await TlsPeer.ConnectAsync(server.EndPoint, _guard);
        await tls.WriteAsync(System.Text.Encoding.ASCII.GetBytes(said), _guard);

        Assert.AreEqual(0, await tls.ReadAsync(new byte[1], _guard));
    }

    [TestMethod]
    public async Task A_handshake_that_is_none_is_closed()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient unknown = await CompactClient.ConnectAsync(server.EndPoint);
        await unknown.SendRawAsync((byte[])[0x16, 3, 1, 0, 4, 1, 0, 0, 0]);

        // An alert may come first.
        using var rest = new MemoryStream();
        await unknown.ReadToEndAsync(rest);
        Assert.IsLessThan(64, rest.Length);
    }

    [TestMethod]
    public async Task Handshakes_that_stop_half_way_hold_nobody_up()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using SslStream connected = await TlsPeer.ConnectAsync(server.EndPoint, _guard);
        byte[] hello = await TlsPeer.ClientHelloAsync(_guard);
        var halfOpen = new List<Socket>();
        try
        {
            for (int i = 0; i < 50; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                halfOpen.Add(socket);
                await socket.ConnectAsync(server.EndPoint, _guard);
                await socket.SendAsync(hello, _guard);
            }

            // Each has had its answer, and none gives its own.
            foreach (Socket socket in halfOpen)
                Assert.IsGreaterThan(0, await socket.ReceiveAsync(new byte[16], _guard));
            await connected.WriteAsync((byte[])[.. "SLIB/2\r\n"u8, .. RawFrame.Login("alice", "secret").ToBytes()], _guard);
            Assert.IsGreaterThan(0, await connected.ReadAsync(new byte[16], _guard));
            using SslStream late = await TlsPeer.ConnectAsync(server.EndPoint, _guard);
            Assert.IsTrue(late.IsAuthenticated);
        }
        finally
        {
            foreach (Socket socket in halfOpen)
                socket.Dispose();
        }
    }

    [TestMethod]
    public async Task Openssl_logs_in()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using Process? openssl = TlsPeer.StartOpenSsl("s_client", "-quiet", "-connect", $"{server.EndPoint}", "-alpn", "serverlib/2");
        if (openssl is null)
            Assert.Inconclusive("There is no openssl here.");
        Stream input = openssl.StandardInput.BaseStream, output = openssl.StandardOutput.BaseStream;
        await input.WriteAsync((byte[])[.. EndToEnd.ClassicWire.Plain("alice"), .. EndToEnd.ClassicWire.Plain("secret")], _guard);
        await input.FlushAsync(_guard);

        Assert.AreEqual("OK", await TlsPeer.ReadPlainAsync(output, _guard));
        openssl.Kill();
        await openssl.WaitForExitAsync(_guard);
    }

    [TestMethod]
    [DataRow("ffdhe8192", false)]
    [DataRow("ffdhe2048:x25519", false)]
    [DataRow("x25519:ffdhe8192", true)]
    [DataRow("P-384", true)]
    public async Task A_key_exchange_that_costs_the_server_much_is_refused_with_an_alert(string groups, bool isTaken)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using Process? openssl = TlsPeer.StartOpenSsl("s_client", "-connect", $"{server.EndPoint}", "-groups", groups);
        if (openssl is null)
            Assert.Inconclusive("There is no openssl here.");
        openssl.StandardInput.Close();
        string output = await openssl.StandardOutput.ReadToEndAsync(_guard);
        await openssl.WaitForExitAsync(_guard);

        Assert.AreEqual(isTaken, output.Contains("BEGIN CERTIFICATE", StringComparison.Ordinal), output);
        Assert.AreEqual(isTaken ? 0 : 1, openssl.ExitCode);
    }
}
