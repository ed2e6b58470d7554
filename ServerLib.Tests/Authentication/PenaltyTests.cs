using System.IO.Pipelines;
using System.Net;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Moq;
using ServerLib.Authentication;
using ServerLib.Server;
using ServerLib.Testing;
using ServerLib.Tests.Compact;
using ServerLib.Tests.Server;
using ServerLib.Tests.Transport;
using ServerLib.Transport;

namespace ServerLib.Tests.Authentication;

/// <summary>The penalties that connections earn their address, on a server without a network.</summary>
[TestClass]
public sealed class PenaltyTests : IDisposable
{
    private const string Elsewhere = "203.0.113.9";
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly FakeTimeProvider _time = new();
    private readonly ActiveConnectionLedger _ledger = new();
    private readonly Mock<IAuthenticator> _authenticator = new();
    private readonly Channel<TransportConnection> _incoming = Channel.CreateUnbounded<TransportConnection>();
    private readonly List<string> _logged = [];
    private readonly ServerOptions _options = new() { Login = { Plaintext = PlaintextPolicy.Anywhere } };
    private readonly ServiceProvider _services = new ServiceCollection().AddScoped(_ => Mock.Of<IMessageHandler>()).BuildServiceProvider();
    private readonly LoginThrottle _throttle;
    private readonly ConnectionServer _server;

    public PenaltyTests()
    {
        Answer(new LoginResult(LoginCode.Failure));
        var log = new Mock<ILog>();
        log.Setup(l => l.Logging(It.IsAny<string>())).Callback((string line) =>
        {
            lock (_logged)
                _logged.Add(line);
        });
        _throttle = new LoginThrottle(_options, timeProvider: _time);
        _server = new ConnectionServer(TestContexts.Create(_options, _services, _time) with
        {
            Ledger = _ledger,
            Authenticator = _authenticator.Object,
            Throttle = _throttle,
            Log = log.Object,
        });
        _server.StartAsync(new Listener(_incoming.Reader));
    }

    public void Dispose()
    {
        _server.Dispose();
        _throttle.Dispose();
        _ledger.Dispose();
        _services.Dispose();
    }

    [TestMethod]
    public async Task After_three_failed_logins_the_address_is_refused_until_the_penalty_ends()
    {
        IDuplexPipe first = await ConnectAsync(Elsewhere, Preface("ada", "0"), RawFrame.Login("ada", "1").ToBytes());
        await ReadUntilAsync(first, "failure", 2);
        IDuplexPipe second = await ConnectAsync(Elsewhere, Preface("bob", "2"));
        await ReadUntilAsync(second, "failure", 1);

        for (int i = 0; i < 10; i++)
            Assert.AreEqual("", await ReadToEndAsync(await ConnectAsync(Elsewhere, Preface("ada", "right"))));
        await IsServedAsync("203.0.113.10");
        _authenticator.Verify(a => a.AuthenticateAsync(It.Is<Credentials>(c => c.Username != "eve"), It.IsAny<CancellationToken>()), Times.Exactly(3));
        Assert.AreEqual(1, CountLogged("[ ALERT ] 203.0.113.9 is refused for 15 s"));
        Assert.AreEqual(1, CountLogged("[ ALERT ] connections refused because the address has a penalty (exempt: Login:PenaltyExempt): 1, the last one @203.0.113.9:7"));

        _time.Advance(TimeSpan.FromSeconds(15));
        await IsServedAsync(Elsewhere);
    }

    [TestMethod]
    public async Task An_open_connection_cannot_log_in_once_its_address_is_refused()
    {
        IDuplexPipe pipe = await ConnectAsync(
            Elsewhere, Preface("ada", "0"), RawFrame.Login("ada", "1").ToBytes(), RawFrame.Login("bob", "2").ToBytes(), RawFrame.Login("eve", "3").ToBytes());

        StringAssert.Contains(await ReadUntilAsync(pipe, "locked", 1), "\"retryAfterMs\":15000");
    }

    [TestMethod]
    public async Task Two_malformed_frames_get_an_address_refused()
    {
        for (int i = 0; i < 2; i++)
            StringAssert.Contains(await ReadToEndAsync(await ConnectAsync(Elsewhere, "SLIB/2\r\n\0\0\0\0"u8.ToArray())), "bad-frame");

        Assert.AreEqual("", await ReadToEndAsync(await ConnectAsync(Elsewhere)));
        Assert.AreEqual(TimeSpan.FromSeconds(20), _throttle.Penalties.Single().Remaining);
    }

    [TestMethod]
    public async Task Two_login_timeouts_get_an_address_refused()
    {
        IDuplexPipe[] silent = [await ConnectAsync(Elsewhere, "SLIB/2\r\n"u8.ToArray()), await ConnectAsync(Elsewhere, "SLIB/2\r\n"u8.ToArray())];
        foreach (IDuplexPipe pipe in silent)
            await ReadUntilAsync(pipe, "nonce", 1);
        _time.Advance(_options.Login.GraceTime);
        foreach (IDuplexPipe pipe in silent)
            StringAssert.Contains(await ReadToEndAsync(pipe), "login-timeout");

        Assert.AreEqual("", await ReadToEndAsync(await ConnectAsync(Elsewhere)));
    }

    [TestMethod]
    public async Task Fifteen_connections_without_login_get_an_address_refused()
    {
        for (int i = 0; i < 15; i++)
        {
            IDuplexPipe pipe = await ConnectAsync(Elsewhere, "SLIB/2\r\n"u8.ToArray());
            await pipe.Output.CompleteAsync();
            StringAssert.Contains(await ReadToEndAsync(pipe), "nonce");
        }

        Assert.AreEqual("", await ReadToEndAsync(await ConnectAsync(Elsewhere)));
        Assert.AreEqual(TimeSpan.FromSeconds(15), _throttle.Penalties.Single().Remaining);
    }

    [TestMethod]
    public async Task A_client_that_was_answered_busy_gets_no_penalty()
    {
        Answer(new LoginResult(LoginCode.Busy));
        for (int i = 0; i < 30; i++)
        {
            IDuplexPipe pipe = await ConnectAsync(Elsewhere, Preface("ada", "right"));
            await ReadUntilAsync(pipe, "busy", 1);
            await pipe.Output.CompleteAsync();
            await ReadToEndAsync(pipe);
        }

        Assert.IsEmpty(_throttle.Penalties);
    }

    [TestMethod]
    public async Task A_client_that_exceeds_the_login_rate_gets_penalties()
    {
        Answer(LoginResult.Ok("ada"));
        for (int i = 0; i < LoginRateLimiter.Burst + 15; i++)
        {
            IDuplexPipe pipe = await ConnectAsync(Elsewhere, Preface("ada", "right"));
            await ReadUntilAsync(pipe, i < LoginRateLimiter.Burst ? "ada" : "busy", 1);
            await pipe.Output.CompleteAsync();
            await ReadToEndAsync(pipe);
        }

        Assert.AreEqual("", await ReadToEndAsync(await ConnectAsync(Elsewhere)));
    }

    [TestMethod]
    public async Task A_client_that_has_logged_in_gets_no_penalty_for_leaving()
    {
        Answer(LoginResult.Ok("ada"));
        IDuplexPipe pipe = await ConnectAsync(Elsewhere, Preface("ada", "right"));
        await ReadUntilAsync(pipe, "ada", 1);
        await pipe.Output.CompleteAsync();
        await ReadToEndAsync(pipe);

        Assert.IsEmpty(_throttle.Penalties);
    }

    [TestMethod]
    public async Task A_plaintext_login_that_is_refused_costs_one_second()
    {
        _options.Login.Plaintext = PlaintextPolicy.Never;
        StringAssert.Contains(await ReadToEndAsync(await ConnectAsync(Elsewhere, Preface("ada", "right"))), "refused");

        Assert.AreEqual(AddressPenalties.NeverLoggedIn, _throttle.Penalties.Single().Remaining);
    }

    [TestMethod]
    public async Task Loopback_is_never_refused()
    {
        for (int i = 0; i < 5; i++)
            await ReadToEndAsync(await ConnectAsync("127.0.0.1", "SLIB/2\r\n\0\0\0\0"u8.ToArray()));

        await IsServedAsync("127.0.0.1");
    }

    private static byte[] Preface(string name, string password) => [.. "SLIB/2\r\n"u8, .. RawFrame.Login(name, password).ToBytes()];

    private void Answer(LoginResult result) =>
        _authenticator.Setup(a => a.AuthenticateAsync(It.IsAny<Credentials>(), It.IsAny<CancellationToken>())).ReturnsAsync(result);

    private int CountLogged(string start)
    {
        lock (_logged)
            return _logged.Count(line => line.StartsWith(start, StringComparison.Ordinal));
    }

    private async Task<IDuplexPipe> ConnectAsync(string address, params byte[][] says)
    {
        var pair = new PipePair();
        foreach (byte[] bytes in says)
            await pair.Client.Output.WriteAsync(bytes, _guard);
        _incoming.Writer.TryWrite(new PipeConnection(pair.Server, new IPEndPoint(IPAddress.Parse(address), 7)));
        return pair.Client;
    }

    private async Task IsServedAsync(string address) =>
        await ReadUntilAsync(await ConnectAsync(address, Preface("eve", "secret")), "failure", 1);

    /// <summary>Reads until a word has come a number of times.</summary>
    private async Task<string> ReadUntilAsync(IDuplexPipe pipe, string word, int times)
    {
        var text = new StringBuilder();
        while (text.ToString().Split($"\"{word}\"").Length <= times)
        {
            ReadResult read = await pipe.Input.ReadAsync(_guard);
            Assert.IsFalse(read.IsCompleted && read.Buffer.IsEmpty, $"The connection ended before '{word}' came: {text}");
            text.Append(Encoding.UTF8.GetString(read.Buffer));
            pipe.Input.AdvanceTo(read.Buffer.End);
        }

        return text.ToString();
    }

    private async Task<string> ReadToEndAsync(IDuplexPipe pipe)
    {
        using var all = new MemoryStream();
        await pipe.Input.CopyToAsync(all, _guard);
        await pipe.Output.CompleteAsync();
        return Encoding.UTF8.GetString(all.ToArray());
    }

    private sealed class Listener(ChannelReader<TransportConnection> incoming) : IConnectionListener
    {
        public EndPoint LocalEndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 9);

        public ValueTask<TransportConnection> AcceptAsync(CancellationToken cancellationToken) => incoming.ReadAsync(cancellationToken);

        public void Dispose()
        {
            // Nothing is open.
        }
    }
}
