using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using ServerLib;

namespace Gateway;

/// <summary>A device that does nothing until it gets a command.</summary>
internal sealed class SimulatedDevice : IAsyncDisposable
{
    private readonly Stopwatch _uptime = Stopwatch.StartNew();
    private readonly RSA _key;
    private readonly ServerClient _client;

    public SimulatedDevice(string name, RSAParameters key, IPEndPoint server)
    {
        _key = RSA.Create(key);
        _client = new ServerClient(new ServerClientOptions
        {
            EndPoint = server,
            UserName = name,
            PrivateKey = _key,
            Reconnect = true,
            IgnoresMessages = true,
            BodySerializer = new JsonBodySerializer(GatewayJson.Default.Options),
        });
        _client.OnCall<string, string>("run", (command, _) => new(Run(command)));
    }

    public Task ConnectAsync(CancellationToken cancellationToken) => _client.ConnectAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        _key.Dispose();
    }

    private string Run(string command) => command switch
    {
        "name" => _client.Alias,
        "uptime" => $"{_uptime.Elapsed.TotalSeconds:0} s",
        _ => throw new CallException(1, "The commands are name and uptime."),
    };
}
