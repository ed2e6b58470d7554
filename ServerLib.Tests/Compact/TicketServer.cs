using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Protocol;
using ServerLib.Testing;

namespace ServerLib.Tests.Compact;

/// <summary>
/// A server with accounts in files whose clock a test moves, and clients that use tickets. They are written from the protocol's description.
/// A server that is started again uses the same files.
/// </summary>
internal sealed class TicketServer : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Action<ServerOptions>? _configure;
    private readonly Action<IServiceCollection>? _services;
    private readonly Action<IServerLibBuilder>? _build;
    private RunningServer _running = null!;

    private TicketServer(Action<ServerOptions>? configure, Action<IServiceCollection>? services, Action<IServerLibBuilder>? build) =>
        (_configure, _services, _build) = (configure, services, build);

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>What the server reads in place of <see cref="Time"/>: its offset changes when the clock is set.</summary>
    public SettableTime? Clock { get; private init; }

    public RunningServer Running => _running;

    public LiteDbUserDatabase Database => _running.Database;

    public string KeyFile => _folder.File("ticket-keys.json");

    public static async Task<TicketServer> StartAsync(
        Action<ServerOptions>? configure = null,
        Action<IServiceCollection>? services = null,
        Action<IServerLibBuilder>? build = null,
        SettableTime? clock = null)
    {
        var server = new TicketServer(configure, services, build) { Clock = clock };
        await server.StartAsync();
        return server;
    }

    /// <summary>Stops the server, and starts it again on the same files.</summary>
    /// <param name="meanwhile">What happens while it is stopped.</param>
    public async Task RestartAsync(Action? meanwhile = null)
    {
        await _running.DisposeAsync();
        meanwhile?.Invoke();
        await StartAsync();
    }

    /// <summary>Connects over TLS from this machine, and reads HELLO.</summary>
    public async Task<CompactClient> OpenAsync()
    {
        CompactClient client = await CompactClient.ConnectTlsAsync(_running.EndPoint);
        await client.HelloAsync();
        return client;
    }

    /// <summary>Opens a connection from another machine, with or without TLS.</summary>
    public CompactClient OpenRemotely(bool isSecure, string address = "203.0.113.7")
    {
        var pipes = new PipePair();
        var facts = new ConnectionFacts(new IPEndPoint(IPAddress.Parse(address), 7)) { IsSecure = isSecure };
        return CompactClient.On(new DuplexPipeStream(pipes.Client), _running.Server.RunConnectionAsync(pipes.Server, facts));
    }

    /// <summary>Logs in by password with the feature <c>ticket</c>.</summary>
    /// <returns>The client, and its ticket.</returns>
    public async Task<(CompactClient Client, string Ticket)> JoinAsync(string name = "alice", string password = "secret")
    {
        CompactClient client = await OpenAsync();
        RawFrame welcome = await LogInAsync(client, ByPassword(name, password));
        await client.SettleAsync();
        return (client, (string)welcome.Json["ticket"]!);
    }

    /// <summary>Logs in by password, and closes the connection.</summary>
    /// <returns>The ticket.</returns>
    public async Task<string> TakeTicketAsync(string name = "alice", string password = "secret")
    {
        (CompactClient client, string ticket) = await JoinAsync(name, password);
        client.Dispose();
        return ticket;
    }

    /// <summary>Tries to log in by ticket on a new connection.</summary>
    /// <returns>RESULT, as JSON.</returns>
    public async Task<string> TryAsync(string name, string ticket)
    {
        using CompactClient client = await OpenAsync();
        await client.SendAsync(ByTicket(name, ticket));
        return (await client.ReceiveAsync(FrameType.Result)).Json.ToJsonString();
    }

    public static RawFrame ByPassword(string name, string password, params string[] features) => RawFrame.Control(
        FrameType.Login, new { mechanism = "PLAIN", username = name, password, features = features.Length > 0 ? features : ["ticket"] });

    public static RawFrame ByTicket(string name, string ticket) =>
        RawFrame.Control(FrameType.Login, new { mechanism = "TICKET", username = name, ticket, features = (string[])["ticket"] });

    /// <summary>Sends LOGIN, which must succeed.</summary>
    /// <returns>WELCOME.</returns>
    public static async Task<RawFrame> LogInAsync(CompactClient client, RawFrame login)
    {
        await client.SendAsync(login);
        Assert.AreEqual("""{"code":"ok"}""", (await client.ReceiveAsync(FrameType.Result)).Json.ToJsonString());
        return await client.ReceiveAsync(FrameType.Welcome);
    }

    public async ValueTask DisposeAsync()
    {
        await _running.DisposeAsync();
        _folder.Dispose();
    }

    private async Task StartAsync() => _running = await RunningServer.StartAsync(
        options =>
        {
            options.DataDirectory = _folder.Path;
            options.Limits.KeepAlive = TimeSpan.Zero;
            options.ShutdownTimeout = TimeSpan.Zero;
            _configure?.Invoke(options);
        },
        services: services =>
        {
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock ?? Time));
            _services?.Invoke(services);
        },
        build: _build);
}
