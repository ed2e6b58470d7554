using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Moq;
using ServerLib.Protocol;
using ServerLib.Server;
using ServerLib.Tests.EndToEnd;
using ServerLib.Tests.Transport;
using ServerLib.Transport;

namespace ServerLib.Tests.Server;

/// <summary>Tests the server with a scripted listener and a clock that stands still.</summary>
[TestClass]
public sealed class ConnectionServerTests : IDisposable
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly WatchedTime _time = new();
    private readonly ActiveConnectionLedger _ledger = new();
    private readonly Mock<IUserDatabase> _database = new();
    private readonly Mock<IMessageHandler> _handler = new();
    private readonly Channel<string> _logged = Channel.CreateUnbounded<string>();
    private readonly FakeListener _listener = new();
    private readonly ServiceProvider _services;
    private readonly ServerOptions _options = new() { Passwords = { MinLength = 1 } };

    public ConnectionServerTests()
    {
        _database.Setup(d => d.CreateNewUserAsync(It.IsAny<Credentials>(), It.IsAny<CancellationToken>()))
            .Returns((Credentials given, CancellationToken _) => new ValueTask<LoginResult>(LoginResult.Ok(given.Username)));
        _services = new ServiceCollection().AddScoped(_ => _handler.Object).BuildServiceProvider();
    }

    public void Dispose()
    {
        _ledger.Dispose();
        _services.Dispose();
    }

    [TestMethod]
    public async Task Accepting_continues_after_every_exception_of_the_listener()
    {
        using ConnectionServer server = Start();
        await _time.WaitForWaitAsync(_guard); // That of TrafficHistory.
        await _time.WaitForWaitAsync(_guard); // That of SilenceWatch.
        Exception[] failures =
        [
            new SocketException((int)SocketError.TooManyOpenSockets), new SocketException((int)SocketError.NoBufferSpaceAvailable),
            new ObjectDisposedException("socket"), new InvalidOperationException("unheard of"), new OperationCanceledException(),
        ];
        foreach (Exception failure in failures)
        {
            _listener.Throw(failure);
            await _time.AdvanceOneWaitAsync(_guard);
        }

        using SocketPair pair = await _listener.ConnectAsync();
        await pair.Client.SendAsync(Login("alice"), _guard);
        await WaitForLogAsync("[ CONNECTION - ATTEMPT ]");
        await StopAsync(server, pair.Client);
    }

    [TestMethod]
    public async Task A_failing_listener_is_called_again_after_a_delay()
    {
        using ConnectionServer server = Start();
        await _time.WaitForWaitAsync(_guard); // That of TrafficHistory.
        await _time.WaitForWaitAsync(_guard); // That of SilenceWatch.
        _listener.Throw(new SocketException((int)SocketError.TooManyOpenSockets));
        await _time.WaitForWaitAsync(_guard);
        Assert.AreEqual(1, _listener.Asked);
        await server.StopAsync(_guard);
    }

    [TestMethod]
    public async Task A_classic_client_that_sends_no_key_is_disconnected_after_the_grace_time()
    {
        using ConnectionServer server = Start();
        using SocketPair pair = await _listener.ConnectAsync();
        var loggedOn = new TaskCompletionSource();
        _database.Setup(d => d.LogConnectionAsync("alice", It.IsAny<EndPoint>(), It.IsAny<CancellationToken>()))
            .Callback(loggedOn.SetResult).Returns(ValueTask.CompletedTask);
        await pair.Client.SendAsync(Login("alice"), _guard);
        await loggedOn.Task.WaitAsync(_guard);
        _time.Advance(_options.Login.GraceTime);

        string end = await WaitForLogAsync("[ CONNECTION - END ]");
        StringAssert.EndsWith(end, ": Alias - alice: LoginTimeout");
        await StopAsync(server, pair.Client);
        _database.Verify(d => d.LogDisconnectionAsync("alice", It.IsAny<CancellationToken>()), Times.Once);
        _handler.VerifyNoOtherCalls();
    }

    [TestMethod]
    public async Task A_handler_that_throws_keeps_its_connection()
    {
        var told = Channel.CreateUnbounded<string>();
        _handler.Setup(h => h.OnMessageAsync(It.IsAny<Connection>(), It.IsAny<Message>(), It.IsAny<CancellationToken>()))
            .Callback((Connection _, Message message, CancellationToken _) => told.Writer.TryWrite(message.Text))
            .ThrowsAsync(new InvalidOperationException("a bug"));
        using ConnectionServer server = Start();
        using SocketPair pair = await _listener.ConnectAsync();
        using var key = ClientKeys.Next();
        using var serverKey = RSA.Create();
        serverKey.ImportFromPem(ServerKey.Ephemeral.PublicKeyPem);
        byte[] all =
        [
            .. Login("alice"), .. ClassicWire.Plain(key.ExportSubjectPublicKeyInfoPem()),
            .. ClassicWire.Encrypted(serverKey, "one"), .. ClassicWire.Encrypted(serverKey, "two"),
        ];
        await pair.Client.SendAsync(all, _guard);
        Assert.AreEqual("one", await told.Reader.ReadAsync(_guard));
        Assert.AreEqual("two", await told.Reader.ReadAsync(_guard));
        await StopAsync(server, pair.Client);
        _handler.Verify(h => h.OnDisconnectedAsync(It.IsAny<Connection>(), DisconnectReason.ServerShutdown), Times.Once);
    }

    [TestMethod]
    public async Task A_refused_connection_is_closed_and_a_lost_one_returns_its_slot()
    {
        _options.Limits.MaxConnections = 1;
        using ConnectionServer server = Start();
        var lost = new UnopenedTransport();
        _listener.Add(lost);
        await lost.Closed.WaitAsync(_guard);
        Assert.AreEqual(1, lost.Openings);
        using SocketPair pair = await _listener.ConnectAsync();
        await WaitForLogAsync("[ CONNECTION - ATTEMPT ]");

        var refused = new UnopenedTransport();
        _listener.Add(refused);
        await refused.Closed.WaitAsync(_guard);
        pair.Client.Close();
        await server.StopAsync(_guard);
    }

    [TestMethod]
    public async Task Refused_logins_without_TLS_share_a_line_that_says_what_to_do()
    {
        _options.Login.Plaintext = PlaintextPolicy.Never;
        using ConnectionServer server = Start();
        for (int i = 0; i < 3; i++)
        {
            using SocketPair pair = await _listener.ConnectAsync();
            await pair.Client.SendAsync(Login("alice"), _guard);
            await WaitForLogAsync("[ CONNECTION - END ]");
            if (i > 0)
                continue;
            StringAssert.EndsWith(
                await WaitForLogAsync("[ ALERT ] logins refused because they came without TLS: 1"),
                "use TLS, or allow them with the option Login:Plaintext or Endpoints:N:Plaintext");
        }

        await server.StopAsync(_guard);
        var rest = new List<string>();
        while (_logged.Reader.TryRead(out string? line))
            rest.Add(line);
        Assert.DoesNotContain("[ ALERT ]", string.Join('\n', rest));
    }

    private ConnectionServer Start()
    {
        var log = new Mock<ILog>();
        log.Setup(l => l.Logging(It.IsAny<string>())).Callback((string message) => _logged.Writer.TryWrite(message));
        var server = new ConnectionServer(TestContexts.Create(_options, _services, _time) with
        {
            Ledger = _ledger,
            Database = _database.Object,
            Authenticator = new Authenticator(_database.Object, _options),
            Log = log.Object,
        });
        server.StartAsync(_listener);
        return server;
    }

    private static byte[] Login(string name) => [.. ClassicWire.Plain(name), .. ClassicWire.Plain("secret")];

    private async Task<string> WaitForLogAsync(string start)
    {
        while (true)
        {
            string line = await _logged.Reader.ReadAsync(_guard);
            if (line.StartsWith(start, StringComparison.Ordinal))
                return line;
        }
    }

    /// <summary>
    /// Stops the server while a client is connected. The client then disconnects: the clock that would end the wait stands still.
    /// </summary>
    private async Task StopAsync(ConnectionServer server, Socket client)
    {
        Task stopping = server.StopAsync(_guard);
        byte[] buffer = new byte[4096];
        while (await client.ReceiveAsync(buffer, _guard) > 0)
        {
            // What the server sent before.
        }

        client.Close();
        await stopping;
    }

    /// <summary>A transport that is lost before it is opened.</summary>
    private sealed class UnopenedTransport : TransportConnection
    {
        private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override EndPoint RemoteEndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 7);

        public int Openings { get; private set; }

        public Task Closed => _closed.Task;

        public override bool TryOpen(IThreadPoolWorkItem? first = null)
        {
            Openings++;
            return false;
        }

        public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public override bool TryRead(Span<byte> buffer, out int count) => throw new NotSupportedException();

        public override int TryWrite(ReadOnlySpan<byte> bytes) => throw new NotSupportedException();

        public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public override void CompleteWriting() => throw new NotSupportedException();

        public override ValueTask DisposeAsync()
        {
            _closed.SetResult();
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Returns the connections and failures that a test adds.</summary>
    private sealed class FakeListener : IConnectionListener
    {
        private readonly Channel<Func<TransportConnection>> _next = Channel.CreateUnbounded<Func<TransportConnection>>();

        public EndPoint LocalEndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 9);

        public int Asked { get; private set; }

        public void Add(TransportConnection transport) => _next.Writer.TryWrite(() => transport);

        public void Throw(Exception failure) => _next.Writer.TryWrite(() => throw failure);

        public async Task<SocketPair> ConnectAsync()
        {
            SocketPair pair = await SocketPair.ConnectAsync();
            _next.Writer.TryWrite(() => new SocketConnection(pair.Server, TimeSpan.Zero));
            return pair;
        }

        public async ValueTask<TransportConnection> AcceptAsync(CancellationToken cancellationToken)
        {
            Asked++;
            return (await _next.Reader.ReadAsync(cancellationToken))();
        }

        public void Dispose() => _next.Writer.TryComplete();
    }

    /// <summary>A clock that reports the start of each short wait.</summary>
    private sealed class WatchedTime : FakeTimeProvider
    {
        private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime <= TimeSpan.FromSeconds(1))
                _waits.Writer.TryWrite(dueTime);
            return timer;
        }

        public async Task WaitForWaitAsync(CancellationToken token) => await _waits.Reader.ReadAsync(token);

        public async Task AdvanceOneWaitAsync(CancellationToken token)
        {
            await WaitForWaitAsync(token);
            Advance(TimeSpan.FromSeconds(1));
        }
    }
}
