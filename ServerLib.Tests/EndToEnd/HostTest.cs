using System.Security.Cryptography;
using ServerLib.Tests.Cli;

namespace ServerLib.Tests.EndToEnd;

/// <summary>A test that starts host processes and clients. All of them are disposed when the test ends.</summary>
public abstract class HostTest : IAsyncDisposable
{
    private readonly List<ClassicClient> _clients = [];
    private readonly List<ProgramProcess> _hosts = [];

    /// <summary>
    /// Stops a test that hangs. Processes on a busy machine may need more time than <see cref="Guard"/> allows.
    /// </summary>
    private protected CancellationToken Token { get; } = Guard.ForPrograms();

    private protected DataFolder Data { get; } = new();

    /// <summary>The host that was started last.</summary>
    private protected ProgramProcess Host => _hosts[^1];

    public async ValueTask DisposeAsync()
    {
        foreach (ClassicClient client in _clients)
            client.Dispose();
        foreach (ProgramProcess host in _hosts)
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

    /// <summary>Starts the host without preparing its data folder.</summary>
    private protected async Task StartAsIsAsync(params string[] arguments) =>
        _hosts.Add(await HostProcess.StartAsync(Data, Token, arguments));

    private protected ProgramProcess Launch(params string[] arguments)
    {
        _hosts.Add(HostProcess.Launch(Data, arguments));
        return Host;
    }

    /// <summary>A client that is connected but not logged in.</summary>
    private protected async Task<ClassicClient> ConnectAsync(
        RSA? key = null, ReadingStyle style = ReadingStyle.Patient, int receiveBuffer = 0)
    {
        ClassicClient client = await ClassicClient.ConnectAsync(Host.EndPoint, Token, key, style, receiveBuffer);
        lock (_clients)
            _clients.Add(client);
        return client;
    }

    /// <summary>A client that has joined the room and received its own announcement.</summary>
    private protected async Task<ClassicClient> JoinAsync(
        string name, RSA? key = null, ReadingStyle style = ReadingStyle.Patient, int receiveBuffer = 0)
    {
        ClassicClient client = await ConnectAsync(key, style, receiveBuffer);
        Assert.AreEqual("OK", await client.LoginAsync(name, "secret of " + name, Token));
        await client.ExchangeKeysAsync(Token);
        Assert.AreEqual($"{name}: [ CONNECTED ]", await client.ReceiveAsync(Token));
        return client;
    }

    /// <summary>Two clients that have received each other's announcement.</summary>
    private protected async Task<(ClassicClient Alice, ClassicClient Bob)> JoinTwoAsync()
    {
        ClassicClient alice = await JoinAsync("alice");
        ClassicClient bob = await JoinAsync("bob");
        Assert.AreEqual("bob: [ CONNECTED ]", await alice.ReceiveAsync(Token));
        return (alice, bob);
    }

    /// <summary>Shuts the host down, so that its files are complete.</summary>
    /// <param name="exit">The exit code of the first command that failed.</param>
    private protected async Task ShutDownAsync(int exit = 0)
    {
        await Host.CommandAsync("shutdown", Token);
        Assert.AreEqual(exit, await Host.WaitForExitAsync(Token), Host.Transcript);
    }

    /// <summary>The disconnect reasons in the activity log.</summary>
    private protected string[] ReadReasons() =>
    [
        .. Data.ReadActivity().Where(line => line.Contains("[ CONNECTION - END ]", StringComparison.Ordinal))
            .Select(line => line.Split(": ")[^1]),
    ];

    /// <summary>Asserts that the server has closed the connection without sending more.</summary>
    private protected async Task AssertClosedAsync(ClassicClient client) =>
        Assert.IsNull(await client.ReceivePlainOrClosedAsync(Token));
}
