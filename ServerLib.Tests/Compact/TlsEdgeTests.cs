using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using ServerLib.Authentication;
using ServerLib.Connections;
using ServerLib.Protocol;
using ServerLib.Testing;
using ServerLib.Tests.Fuzzing;
using ServerLib.Tests.Transport;
using ServerLib.Transport;

namespace ServerLib.Tests.Compact;

/// <summary>TLS on the server's one port, where it is at its limits.</summary>
[TestClass]
public sealed class TlsEdgeTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    [DataRow(TransportKind.Automatic)]
    [DataRow(TransportKind.Portable)]
    public async Task A_handshake_that_comes_byte_by_byte_is_one(TransportKind transport)
    {
        await using RunningServer server = await RunningServer.StartAsync(options => options.Transport = transport);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server.EndPoint, _guard);
        await using SslStream tls = await TlsPeer.AuthenticateAsync(new Dripping(socket), _guard);
        await tls.WriteAsync((byte[])[.. "SLIB/2\r\n"u8, .. RawFrame.Login("alice", "secret").ToBytes()], _guard);

        byte[] head = new byte[5];
        await tls.ReadExactlyAsync(head, _guard);
        Assert.AreEqual(FrameType.Hello, (FrameType)head[4]);
    }

    [TestMethod]
    public async Task Incomplete_hellos_delay_neither_chats_nor_new_connections()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        using CompactClient bob = await CompactClient.JoinAsync(server.EndPoint, "bob");
        byte[] hello = await TlsPeer.ClientHelloAsync(_guard);
        var halfOpen = new List<CompactClient>();
        try
        {
            // Some stop within the record's head, some within the hello, many times as many as may be computed at once.
            for (int i = 0; i < 20 * Environment.ProcessorCount; i++)
            {
                halfOpen.Add(await CompactClient.ConnectAsync(server.EndPoint));
                await halfOpen[i].SendRawAsync(hello.AsMemory(0, 1 + i * 7 % (hello.Length - 1)));
            }

            await alice.SendAsync(RawFrame.Message("still here"));
            Assert.AreEqual("alice: still here", await bob.ReceiveMessageAsync());
            await using ServerClient late = await server.JoinOverTlsAsync("late", _guard);
            await late.SendAsync("and me", _guard);
            Assert.AreEqual("late: and me", await bob.ReceiveMessageAsync());
        }
        finally
        {
            foreach (CompactClient client in halfOpen)
                client.Dispose();
        }
    }

    [TestMethod]
    public async Task Too_much_data_over_TLS_before_login_ends_the_connection()
    {
        var pair = new PipePair();
        await using var connection = new Connection(
            pair.Server, new(new IPEndPoint(IPAddress.Loopback, 7)), new ServerOptions(), ServerKey.Ephemeral, null, ServerCertificate.CreateEphemeral());
        Task<Credentials?> reading = connection.Login.ReadCredentialsAsync(_guard).AsTask();
        using SslStream tls = await TlsPeer.AuthenticateAsync(TransportPairs.StreamOn(pair.Client), _guard);

        // As many as are answered, of the largest that there may be.
        Task writing = tls.WriteAsync((byte[])
            [.. "SLIB/2\r\n"u8, .. Enumerable.Range(0, 64).SelectMany(_ => new RawFrame((FrameType)0x7F, new byte[4095]).ToBytes())], _guard).AsTask();

        Assert.IsNull(await reading);
        Assert.AreEqual(DisconnectReason.FrameTooLarge, connection.Reason);
        Assert.AreEqual(AddressPenalties.MalformedFrame, AddressPenalties.For(connection.Reason, isExcused: false));
        await writing;
    }

    [TestMethod]
    public async Task A_broken_record_ends_the_connection_of_a_client_that_does_not_read()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using var connection = new Connection(
            new SocketConnection(pair.Server, TimeSpan.Zero).Opened(),
            new ConnectionSettings(new ServerOptions(), ServerKey.Ephemeral, ServerCertificate.CreateEphemeral(), TimeProvider.System));
        Task<Credentials?> login = connection.Login.ReadCredentialsAsync(_guard).AsTask();
        using SslStream tls = await TlsPeer.AuthenticateAsync(new NetworkStream(pair.Client), _guard);
        await tls.WriteAsync((byte[])[.. "SLIB/2\r\n"u8, .. RawFrame.Login("alice", "secret").ToBytes()], _guard);
        Assert.IsNotNull(await login);
        while (connection.Link.Transport.TryWrite(new byte[64 * 1024]) > 0)
        {
            // Until the client's window and the socket's buffer are full.
        }

        ValueTask<Credentials?> next = connection.Login.ReadCredentialsAsync(_guard);
        await pair.Client.SendAsync((byte[])[0x17, 3, 3, 0, 32, .. new byte[32]], _guard);

        Assert.IsNull(await next.AsTask().WaitAsync(_guard));
        Assert.AreEqual(DisconnectReason.ConnectionLost, connection.Reason);
    }

    [TestMethod]
    public async Task The_TLS_limit_before_login_does_not_apply_after_login()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient alice = await CompactClient.ConnectTlsAsync(server.EndPoint);
        await alice.HelloAsync();
        await alice.SendAsync(RawFrame.Login("alice", "secret"));
        await alice.ReceiveAsync(FrameType.Welcome);
        for (int i = 0; i < 10; i++)
            await alice.SendAsync(new RawFrame(FrameType.MessageIn, new byte[60 * 1024]));
        await alice.SettleAsync();
    }

    [TestMethod]
    public async Task Old_versions_of_TLS_are_refused()
    {
        byte[] hello = Corpus.Of("tls")["tls-1.1.hex"];
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient old = await CompactClient.ConnectAsync(server.EndPoint);
        await old.SendRawAsync(hello);
        using var answer = new MemoryStream();
        await old.ReadToEndAsync(answer);

        // At most an alert: a fatal protocol_version (RFC 8446 section 6).
        if (answer.Length > 0)
            CollectionAssert.AreEqual((byte[])[0x15, 2, 70], (byte[])[answer.ToArray()[0], .. answer.ToArray()[^2..]]);
    }

    [TestMethod]
    [DataRow("", "")]
    [DataRow("serverlib/1", "serverlib/1")]
    [DataRow("h2 serverlib/2", "serverlib/2")]
    [DataRow("h2", null)]
    public async Task An_application_protocol_is_answered_and_not_needed(string offered, string? answered)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        Task<SslStream> connecting = TlsPeer.ConnectAsync(server.EndPoint, _guard, options =>
            options.ApplicationProtocols = [.. offered.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => new SslApplicationProtocol(name))]);

        // Who offers others only is told so, as RFC 7301 section 3.2 wants it.
        if (answered is null)
        {
            await Assert.ThrowsExactlyAsync<AuthenticationException>(() => connecting);
            return;
        }

        using SslStream tls = await connecting;
        Assert.AreEqual(answered, tls.NegotiatedApplicationProtocol.ToString());
    }

    [TestMethod]
    public async Task Each_first_byte_ends_as_what_it_is()
    {
        for (int first = 0; first < 256; first++)
        {
            var transport = new ScriptedTransport();
            transport.Feed(new[] { (byte)first });
            transport.Complete();
            await using var connection = new Connection(
            transport, new ConnectionSettings(new ServerOptions(), ServerKey.Ephemeral, ServerCertificate.CreateEphemeral(), time: null));
            Assert.IsNull(await connection.Login.ReadCredentialsAsync(_guard));
            DisconnectReason expected = (char)first switch
            {
                '\x16' => DisconnectReason.TlsFailed,
                'S' or ' ' or (>= '0' and <= '9') => DisconnectReason.EndOfStream,
                _ => DisconnectReason.UnknownProtocol,
            };
            Assert.AreEqual(expected, connection.Reason, $"0x{first:X2}");
        }
    }

    /// <summary>Sends each byte by itself.</summary>
    private sealed class Dripping(Socket socket) : NetworkStream(socket, ownsSocket: true)
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            for (int i = 0; i < buffer.Length; i++)
                await base.WriteAsync(buffer.Slice(i, 1), cancellationToken);
        }
    }
}
