using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ServerLib.Protocol;
using ServerLib.Testing;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Messaging;

/// <summary>A server with methods, in memory, whose clients are scripted.</summary>
internal sealed class CallServer : IAsyncDisposable
{
    private readonly TestServer _server;

    private CallServer(TestServer server, ConcurrentQueue<Exception> logged) => (_server, Logged) = (server, logged);

    /// <summary>The exceptions in the application's log.</summary>
    public ConcurrentQueue<Exception> Logged { get; }

    public IServiceProvider Services => _server.Services;

    public IMessageRouter Router => Services.GetRequiredService<IMessageRouter>();

    public static async Task<CallServer> StartAsync(Action<IServerLibBuilder> build, int maxConcurrentCalls = 1)
    {
        var logged = new ConcurrentQueue<Exception>();
        TestServer server = await TestServer.StartAsync(builder =>
        {
            builder.Configure(options => options.Limits.MaxConcurrentCalls = maxConcurrentCalls);
            builder.Services.AddLogging(logging => logging.AddProvider(new ExceptionLog(logged)));
            build(builder);
        });
        return new CallServer(server, logged);
    }

    /// <summary>Logs in a client with these features.</summary>
    public async Task<CompactClient> JoinAsync(string name = "alice", string features = "call", int? maxFrame = null)
    {
        CompactClient client = Connect(out _);
        await LogInAsync(client, name, features, maxFrame);
        return client;
    }

    /// <summary>Creates a client of the library's own, which is not connected yet.</summary>
    public ServerClient CreateClient(string name, IBodySerializer? serializer = null) => new(new ServerClientOptions
    {
        UserName = name,
        Password = "secret",
        AllowPlaintextPassword = true,
        BodySerializer = serializer,
        ConnectCallback = _ => new(new DuplexPipeStream(_server.Open())),
    });

    /// <summary>Opens a connection.</summary>
    public CompactClient Connect(out Task running) => CompactClient.On(
        new DuplexPipeStream(_server.Open(new ConnectionFacts(new IPEndPoint(IPAddress.Loopback, 1)), out running)), running);

    /// <summary>Logs in, and reads WELCOME.</summary>
    public static async Task LogInAsync(CompactClient client, string name, string features = "call", int? maxFrame = null)
    {
        await client.HelloAsync();
        await client.SendAsync(RawFrame.Control(
            FrameType.Login, new { mechanism = "PLAIN", username = name, password = "secret", features = features.Split(' '), maxFrame }));
        Assert.AreEqual("ok", (string?)(await client.ReceiveAsync(FrameType.Result)).Json["code"]);
        await client.ReceiveAsync(FrameType.Welcome);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private sealed class ExceptionLog(ConcurrentQueue<Exception> logged) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is not null)
                logged.Enqueue(exception);
        }

        public void Dispose()
        {
        }
    }
}
