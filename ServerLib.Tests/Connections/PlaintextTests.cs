using System.Net;
using System.Text;
using Moq;
using ServerLib.Protocol;
using ServerLib.Testing;
using ServerLib.Tests.Compact;
using ServerLib.Tests.EndToEnd;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Connections;

/// <summary>Who may log in without TLS. The addresses are said, not connected from.</summary>
[TestClass]
public sealed class PlaintextTests
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly Mock<IAuthenticator> _authenticator = new(MockBehavior.Strict);

    [TestMethod]
    [DataRow("192.0.2.1", PlaintextPolicy.LoopbackOnly, false)]
    [DataRow("2001:db8::1", PlaintextPolicy.LoopbackOnly, false)]
    [DataRow("::ffff:192.0.2.1", PlaintextPolicy.LoopbackOnly, false)]
    [DataRow("126.255.255.255", PlaintextPolicy.LoopbackOnly, false)]
    [DataRow("128.0.0.0", PlaintextPolicy.LoopbackOnly, false)]
    [DataRow("::2", PlaintextPolicy.LoopbackOnly, false)]
    [DataRow("::ffff:128.0.0.0", PlaintextPolicy.LoopbackOnly, false)]
    [DataRow("127.0.0.0", PlaintextPolicy.LoopbackOnly, true)]
    [DataRow("127.255.255.255", PlaintextPolicy.LoopbackOnly, true)]
    [DataRow("127.8.7.6", PlaintextPolicy.LoopbackOnly, true)]
    [DataRow("::1", PlaintextPolicy.LoopbackOnly, true)]
    [DataRow("::ffff:127.0.0.1", PlaintextPolicy.LoopbackOnly, true)]
    [DataRow("127.0.0.1", PlaintextPolicy.Never, false)]
    [DataRow("::1", PlaintextPolicy.Never, false)]
    [DataRow("192.0.2.1", PlaintextPolicy.Anywhere, true)]
    public async Task The_policy_says_from_where(string address, PlaintextPolicy policy, bool isAllowed)
    {
        _authenticator.Setup(a => a.AuthenticateAsync(It.IsAny<Credentials>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(LoginResult.Ok("alice"));
        (Connection connection, Stream peer) = Open(address, policy);
        await peer.WriteAsync((byte[])[.. "SLIB/2\r\n"u8, .. RawFrame.Login("alice", "secret").ToBytes()], _guard);

        Assert.AreEqual(isAllowed ? "alice" : null, await Srv.UserAuthenticateAsync(connection, _authenticator.Object, _guard));
        Assert.AreEqual(isAllowed ? DisconnectReason.None : DisconnectReason.PlaintextRefused, connection.Reason);
        await peer.DisposeAsync();
        await connection.DisposeAsync();
    }

    [TestMethod]
    public async Task A_compact_client_is_told_before_it_gives_a_password()
    {
        (Connection connection, Stream peer) = Open("192.0.2.1");
        await peer.WriteAsync("SLIB/2\r\n"u8.ToArray(), _guard);
        Assert.IsNull(await Srv.UserAuthenticateAsync(connection, _authenticator.Object, _guard));

        string said = await SaidAtTheEndAsync(connection, peer);
        StringAssert.Contains(said, "{\"code\":\"refused\",\"text\":\"Passwords are taken over TLS only here.\"}");
        Assert.AreEqual(FrameType.Close, (FrameType)said[4]);
    }

    [TestMethod]
    public async Task A_classic_client_gets_FAILURE_without_a_hash()
    {
        (Connection connection, Stream peer) = Open("192.0.2.1");
        await peer.WriteAsync((byte[])[.. ClassicWire.Plain("alice"), .. ClassicWire.Plain("secret")], _guard);

        // The mock is strict: to be asked would end the test.
        Assert.IsNull(await Srv.UserAuthenticateAsync(connection, _authenticator.Object, _guard));
        Assert.AreEqual("7".PadRight(64) + "FAILURE", await SaidAtTheEndAsync(connection, peer));
    }

    private async Task<string> SaidAtTheEndAsync(Connection connection, Stream peer)
    {
        Task closing = connection.DisposeAsync().AsTask();
        using var said = new MemoryStream();
        await peer.CopyToAsync(said, _guard);
        await peer.DisposeAsync();
        await closing;
        return Encoding.Latin1.GetString(said.ToArray());
    }

    private static (Connection Connection, Stream Peer) Open(string address, PlaintextPolicy policy = PlaintextPolicy.LoopbackOnly)
    {
        var pair = new PipePair();
        var options = new ServerOptions { Login = { Plaintext = policy } };
        var connection = new Connection(pair.Server, new(new IPEndPoint(IPAddress.Parse(address), 7)), options, ServerKey.Ephemeral);
        return (connection, TransportPairs.StreamOn(pair.Client));
    }
}
