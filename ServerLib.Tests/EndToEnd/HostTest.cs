using System.Security.Cryptography;
using ServerLib.Tests.Cli;

namespace ServerLib.Tests.EndToEnd;

/// <summary>A test with hosts and clients of its own, all of which are gone when it is over, however it ends.</summary>
public abstract class HostTest : IAsyncDisposable
{
    private readonly List<ClassicClient> _clients = [];
    private readonly List<HostProcess> _hosts = [];

    /// <summary>
    /// Keeps a test that hangs from hanging for ever. Processes on a busy machine may need more than <see cref="Guard"/> gives.
    /// </summary>
    private protected CancellationToken Token { get; } = new CancellationTokenSource(TimeSpan.FromMinutes(5)).Token;

    private protected DataFolder Data { get; } = new();

    /// <summary>The host that was started last.</summary>
    private protected HostProcess Host => _hosts[^1];

    public async ValueTask DisposeAsync()
    {
        foreach (ClassicClient client in _clients)
            client.Dispose();
        foreach (HostProcess host in _hosts)
            await host.DisposeAsync();
        Data.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected async Task StartAsync(params string[] arguments)
    {
        if (!Directory.Exists(Data.Path))
        {
            using RSA key = ClientKeys.Next();
            Data.PutServerKey(key);
        }

        await StartAsIsAsync(arguments);
    }

    /// <summary>Starts without a thing prepared.</summary>
    private protected async Task StartAsIsAsync(params string[] arguments) =>
        _hosts.Add(await HostProcess.StartAsync(Data, Token, arguments));

    private protected HostProcess Launch(params string[] arguments)
    {
        _hosts.Add(HostProcess.Launch(Data, arguments));
        return Host;
    }

    /// <summary>A client that is connected, no more.</summary>
    private protected async Task<ClassicClient> ConnectAsync(
        RSA? key = null, ReadingStyle style = ReadingStyle.Patient, int receiveBuffer = 0)
    {
        ClassicClient client = await ClassicClient.ConnectAsync(Host.EndPoint, Token, key, style, receiveBuffer);
        lock (_clients)
            _clients.Add(client);
        return client;
    }

    /// <summary>A client that is in the room, and has been told that it is.</summary>
    private protected async Task<ClassicClient> JoinAsync(
        string name, RSA? key = null, ReadingStyle style = ReadingStyle.Patient, int receiveBuffer = 0)
    {
        ClassicClient client = await ConnectAsync(key, style, receiveBuffer);
        Assert.AreEqual("OK", await client.LoginAsync(name, "secret of " + name, Token));
        await client.ExchangeKeysAsync(Token);
        Assert.AreEqual($"{name}: [ CONNECTED ]", await client.ReceiveAsync(Token));
        return client;
    }

    /// <summary>Two clients who know of each other.</summary>
    private protected async Task<(ClassicClient Alice, ClassicClient Bob)> JoinTwoAsync()
    {
        ClassicClient alice = await JoinAsync("alice");
        ClassicClient bob = await JoinAsync("bob");
        Assert.AreEqual("bob: [ CONNECTED ]", await alice.ReceiveAsync(Token));
        return (alice, bob);
    }

    /// <summary>Ends the host in the ordinary way; its files are complete then.</summary>
    private protected async Task ShutDownAsync()
    {
        await Host.CommandAsync("shutdown", Token);
        Assert.AreEqual(0, await Host.WaitForExitAsync(Token), Host.Transcript);
    }

    /// <summary>The last words of the log's lines on connections that ended: the reasons.</summary>
    private protected string[] ReadReasons() =>
    [
        .. Data.ReadActivity().Where(line => line.Contains("[ CONNECTION - END ]", StringComparison.Ordinal))
            .Select(line => line.Split(": ")[^1]),
    ];

    /// <summary>Asserts that the server has closed without another word.</summary>
    private protected async Task AssertClosedAsync(ClassicClient client) =>
        Assert.IsNull(await client.ReceivePlainOrClosedAsync(Token));
}
