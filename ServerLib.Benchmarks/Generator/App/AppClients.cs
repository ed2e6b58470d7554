using ServerLib.Benchmarks.Processes;
using ServerLib.Benchmarks.Servers.App;

namespace ServerLib.Benchmarks.Generator.App;

/// <summary>Clients of an application that are logged in.</summary>
internal sealed class AppClients : IDisposable
{
    private const int ConnectingAtOnce = 32;

    private readonly IAppClient[] _clients;

    private AppClients(IAppClient[] clients) => _clients = clients;

    /// <summary>Called for each message that arrives at a client.</summary>
    public Action<Said> OnSaid { get; set; } = _ => { };

    public int Count => _clients.Length;

    public IAppClient this[int index] => _clients[index];

    public static async Task<AppClients> OpenAsync(GeneratorCommand command)
    {
        var clients = new AppClients([.. Enumerable.Range(0, command.Connections).Select(index => Create(command, Lobby.NameOf(index)))]);
        await clients.ForEachAsync(client => client.ConnectAsync(said => clients.OnSaid(said)));
        if (command.JoinsGroup)
            await clients.ForEachAsync(client => client.JoinAsync());
        return clients;
    }

    public void Dispose() => ForEachAsync(client => client.DisposeAsync().AsTask()).GetAwaiter().GetResult();

    private static IAppClient Create(GeneratorCommand command, string user) => command.Key switch
    {
        "serverlib" => new ServerLibAppClient(user, command.Port),
        "signalr-json" => new SignalRAppClient(user, command.Port, messagePack: false),
        "signalr-messagepack" => new SignalRAppClient(user, command.Port, messagePack: true),
        "mqttnet" => new MqttNetAppClient(user, command.Port),
        _ => throw new ArgumentException($"There is no client for '{command.Key}'."),
    };

    private Task ForEachAsync(Func<IAppClient, Task> action) => Parallel.ForEachAsync(
        _clients, new ParallelOptions { MaxDegreeOfParallelism = ConnectingAtOnce }, (client, _) => new ValueTask(action(client)));
}
