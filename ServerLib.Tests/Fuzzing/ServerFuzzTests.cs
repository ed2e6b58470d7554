using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using ServerLib.Authentication;
using ServerLib.Files;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Fuzzing;

/// <summary>
/// The complete server with chat room, database and sockets: whatever a client sends, the server closes the connection, logs no error of
/// its own, and accepts the next client.
/// </summary>
[TestClass]
public sealed class ServerFuzzTests : IDisposable
{
    private readonly Failures _failures = new();
    private readonly Leaping _time = new();

    [TestMethod]
    [DataRow("compact", TransportKind.Automatic)]
    [DataRow("classic", TransportKind.Automatic)]
    [DataRow("first-bytes", TransportKind.Automatic)]
    [DataRow("tls", TransportKind.Automatic)]
    [DataRow("compact", TransportKind.Portable)]
    public async Task The_server_survives_every_client(string corpus, TransportKind transport)
    {
        using ServerKey key = ServerKeyFile.LoadOrCreate(Repository.File("ServerLib.Tests", "Fuzzing", "Seeds", "server-key", "server.pem"));
        await using RunningServer server = await RunningServer.StartAsync(
            options => (options.Transport, options.Limits.MaxFrameSize, options.Limits.KeepAlive) = (transport, 4096, TimeSpan.Zero),
            services: services =>
            {
                services.AddSingleton(key);
                services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_time));
                services.AddLogging(logging => logging.AddProvider(_failures));
            });
        using CompactClient witness = await CompactClient.JoinAsync(server.EndPoint, "witness");
        Shape shape = corpus switch
        {
            "compact" => Shape.Compact,
            "classic" => Shape.Classic,
            "tls" => Shape.Tls,
            _ => Shape.Bytes,
        };
        await Fuzzer.RunAsync(Corpus.Of(corpus), shape, 120, input => SubmitAsync(server.EndPoint, input));

        await witness.SettleAsync();
        using CompactClient late = await CompactClient.JoinAsync(server.EndPoint, "late");
        Assert.AreEqual("", string.Join('\n', _failures.All));
    }

    public void Dispose() => _failures.Dispose();

    private async Task SubmitAsync(IPEndPoint endPoint, FuzzInput input)
    {
        CancellationToken guard = Guard.NewToken();

        // Most inputs log in as the same user; the clock leaps so that the login rate limit does not refuse them.
        _time.Leap(LoginRateLimiter.Interval);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endPoint, guard);
        try
        {
            foreach (ReadOnlyMemory<byte> piece in input.Cuts[0] < 16 ? [input.Bytes] : input.Pieces())
                await socket.SendAsync(piece, guard);
            socket.Shutdown(SocketShutdown.Send);
            byte[] answer = new byte[4096];
            while (await socket.ReceiveAsync(answer, guard) > 0)
            {
                // Reads until the server closes the connection.
            }
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
            // The server has closed the connection.
        }

        Assert.AreEqual("", string.Join('\n', _failures.All));
    }

    /// <summary>The system's clock plus an offset.</summary>
    private sealed class Leaping : TimeProvider
    {
        private long _ahead;

        public override long GetTimestamp() => base.GetTimestamp() + Volatile.Read(ref _ahead);

        public void Leap(TimeSpan time) => Interlocked.Add(ref _ahead, (long)(time.TotalSeconds * TimestampFrequency));
    }

    /// <summary>Collects logged errors.</summary>
    private sealed class Failures : ILoggerProvider, ILogger
    {
        private readonly List<string> _all = [];

        public string[] All
        {
            get
            {
                lock (_all)
                    return [.. _all];
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            lock (_all)
                _all.Add($"{formatter(state, exception)} {exception}");
        }

        public void Dispose()
        {
            // Nothing to dispose.
        }
    }
}
