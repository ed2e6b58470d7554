using System.Net;
using System.Net.Sockets;
using Moq;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;
using ServerLib.Tests.Connections;
using ServerLib.Tests.EndToEnd;
using ServerLib.Transport;

namespace ServerLib.Tests.Server;

[TestClass]
public sealed class SrvTests
{
    private readonly Mock<IAuthenticator> _authenticator = new();
    private readonly Mock<IUserDatabase> _database = new();
    private readonly Mock<IConnectionLedger> _ledger = new();

    [TestMethod]
    public async Task AcceptClientAsync_gives_all_connections_of_a_socket_the_same_default_key()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var one = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var two = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await one.ConnectAsync(listener.LocalEndPoint!, Guard.NewToken());
        await two.ConnectAsync(listener.LocalEndPoint!, Guard.NewToken());

        await using Connection first = await Srv.AcceptClientAsync(listener, cancellationToken: Guard.NewToken());
        await using Connection second = await Srv.AcceptClientAsync(listener, cancellationToken: Guard.NewToken());

        Assert.AreSame(first.Settings.ServerKey, second.Settings.ServerKey);
        Assert.AreSame(first.Settings.Cryptography, second.Settings.Cryptography);
    }

    [TestMethod]
    public async Task AcceptClientAsync_shares_limits_between_calls_with_the_same_options()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var options = new ServerOptions();

        CryptoConcurrencyLimiter first = await AcceptAsync(options);

        Assert.AreSame(first, await AcceptAsync(options));
        Assert.AreNotSame(first, await AcceptAsync(new ServerOptions()));

        async Task<CryptoConcurrencyLimiter> AcceptAsync(ServerOptions passed)
        {
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(listener.LocalEndPoint!, Guard.NewToken());
            await using Connection accepted = await Srv.AcceptClientAsync(listener, passed, cancellationToken: Guard.NewToken());
            return accepted.Settings.Cryptography;
        }
    }

    [TestMethod]
    public async Task UserAuthenticateAsync_answers_each_attempt_and_ends_after_the_last()
    {
        Answer(LoginCode.Failure);
        var client = new MemoryConnection(new ServerOptions { Login = { MaxAttempts = 2 } });
        await client.Classic.SendRawAsync((byte[])[.. Login("bob", "one"), .. Login("bob", "two"), .. Login("bob", "three")], Guard.NewToken());

        Assert.IsNull(await Srv.UserAuthenticateAsync(client.Connection, _authenticator.Object, Guard.NewToken()));
        Assert.AreEqual(DisconnectReason.TooManyLoginAttempts, client.Connection.Reason);
        Assert.AreEqual("FAILURE", await client.Classic.ReceivePlainAsync(Guard.NewToken()));
        Assert.AreEqual("FAILURE", await client.Classic.ReceivePlainAsync(Guard.NewToken()));
        _authenticator.Verify(a => a.AuthenticateAsync(It.IsAny<Credentials>(), It.IsAny<CancellationToken>()), Times.Exactly(2));
    }

    [TestMethod]
    public async Task UserAuthenticateAsync_counts_busy_as_no_attempt()
    {
        _authenticator.SetupSequence(a => a.AuthenticateAsync(It.IsAny<Credentials>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new LoginResult(LoginCode.Busy))
            .ReturnsAsync(new LoginResult(LoginCode.Busy))
            .ReturnsAsync(LoginResult.Ok("Bob"));
        var client = new MemoryConnection(new ServerOptions { Login = { MaxAttempts = 1 } });
        await client.Classic.SendRawAsync((byte[])[.. Login("bob", "x"), .. Login("bob", "x"), .. Login("bob", "x")], Guard.NewToken());

        Assert.AreEqual("Bob", await Srv.UserAuthenticateAsync(client.Connection, _authenticator.Object, Guard.NewToken()));
    }

    [TestMethod]
    [DataRow(20)]
    [DataRow(7)]
    public async Task UserAuthenticateAsync_ends_after_MaxBusyAnswers(int max)
    {
        Answer(LoginCode.Busy);
        var client = new MemoryConnection(new ServerOptions { Login = { MaxBusyAnswers = max } });
        for (int i = 0; i < 30; i++)
            await client.Classic.SendRawAsync(Login("bob", "x"), Guard.NewToken());

        Assert.IsNull(await Srv.UserAuthenticateAsync(client.Connection, _authenticator.Object, Guard.NewToken()));
        Assert.AreEqual(DisconnectReason.TooManyLoginAttempts, client.Connection.Reason);
        _authenticator.Verify(a => a.AuthenticateAsync(It.IsAny<Credentials>(), It.IsAny<CancellationToken>()), Times.Exactly(max));
    }

    [TestMethod]
    public async Task ConnectClientAsync_takes_its_steps_in_order()
    {
        Answer(LoginCode.Ok);
        var steps = new List<string>();
        _database.Setup(d => d.LogConnectionAsync("bob", It.IsAny<EndPoint>(), It.IsAny<CancellationToken>()))
            .Callback(() => steps.Add("logged on")).Returns(ValueTask.CompletedTask);
        _ledger.Setup(l => l.Add(It.IsAny<Connection>())).Callback(() => steps.Add("on the ledger"));
        var client = new MemoryConnection();
        await client.Classic.SendRawAsync((byte[])[.. Login("bob", "secret"), .. ClassicWire.Plain(PublicKey())], Guard.NewToken());

        Assert.IsTrue(await ConnectAsync(client));
        CollectionAssert.AreEqual(new[] { "logged on", "on the ledger" }, steps);
        Assert.AreEqual("bob", client.Connection.Alias);
        Assert.AreEqual("OK", await client.Classic.ReceivePlainAsync(Guard.NewToken()));
        StringAssert.StartsWith(await client.Classic.ReceivePlainAsync(Guard.NewToken()), "Welcome bob\n");
        Assert.AreEqual(ServerKey.Ephemeral.PublicKeyPem, await client.Classic.ReceivePlainAsync(Guard.NewToken()));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task ConnectClientAsync_adds_a_client_to_the_ledger_before_its_last_message_leaves(bool isClassic)
    {
        Answer(LoginCode.Ok);
        var client = new MemoryConnection();
        long sentBefore = 0;
        _ledger.Setup(l => l.Add(client.Connection)).Callback(() => sentBefore = client.CountWaiting());
        if (isClassic)
            await client.Classic.SendRawAsync((byte[])[.. Login("bob", "secret"), .. ClassicWire.Plain(PublicKey())], Guard.NewToken());
        else
            await client.Compact.SendLoginAsync("bob");

        Assert.IsTrue(await ConnectAsync(client));
        Assert.IsGreaterThan(0, sentBefore);
        Assert.IsGreaterThan(sentBefore, client.CountWaiting());
    }

    [TestMethod]
    public async Task ConnectClientAsync_with_a_bad_key_never_reaches_the_ledger()
    {
        Answer(LoginCode.Ok);
        var client = new MemoryConnection();
        await client.Classic.SendRawAsync((byte[])[.. Login("bob", "secret"), .. ClassicWire.Plain("-----BEGIN PUBLIC KEY-----")], Guard.NewToken());

        Assert.IsFalse(await ConnectAsync(client));
        Assert.AreEqual(DisconnectReason.BadKey, client.Connection.Reason);
        _ledger.VerifyNoOtherCalls();
    }

    [TestMethod]
    public async Task ConnectClientAsync_names_the_functions_that_a_failure_passed()
    {
        _authenticator.Setup(a => a.AuthenticateAsync(It.IsAny<Credentials>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new InvalidOperationException("no database"));
        var client = new MemoryConnection();
        await client.Classic.SendRawAsync(Login("bob", "secret"), Guard.NewToken());

        ServerLibException e = await Assert.ThrowsExactlyAsync<ServerLibException>(() => ConnectAsync(client));
        CollectionAssert.AreEqual(new[] { "ConnectClientAsync", "UserAuthenticateAsync" }, e.SourceTrail.ToArray());
        Assert.AreEqual("no database", e.Message);
    }

    [TestMethod]
    public void GenerateLogger_logs_and_prints()
    {
        var log = new Mock<ILog>();
        var printed = new List<string>();
        Action<string> logger = Srv.GenerateLogger(log.Object, printed.Add);
        logger("hello");

        log.Verify(l => l.Logging("hello"), Times.Once);
        CollectionAssert.AreEqual(new[] { "hello" }, printed);
    }

    private static byte[] Login(string name, string password) => [.. ClassicWire.Plain(name), .. ClassicWire.Plain(password)];

    private static string PublicKey()
    {
        using var key = ClientKeys.Next();
        return key.ExportSubjectPublicKeyInfoPem();
    }

    private void Answer(LoginCode code) =>
        _authenticator.Setup(a => a.AuthenticateAsync(It.IsAny<Credentials>(), It.IsAny<CancellationToken>()))
            .Returns((Credentials given, CancellationToken _) => new ValueTask<LoginResult>(new LoginResult(code, given.Username)));

    private Task<bool> ConnectAsync(MemoryConnection client) =>
        Srv.ConnectClientAsync(client.Connection, _ledger.Object, _database.Object, _authenticator.Object, cancellationToken: Guard.NewToken()).AsTask();
}
