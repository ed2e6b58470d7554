using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using ServerLib.Benchmarks.Servers.App;

namespace ServerLib.Benchmarks.Generator.App;

internal sealed class SignalRAppClient(string user, int port, bool messagePack) : IAppClient
{
    private readonly HubConnection _client = Build(user, port, messagePack);

    public Task ConnectAsync(Action<Said> onSaid)
    {
        _client.On("said", onSaid);
        return _client.StartAsync();
    }

    public Task<Answer> AskAsync(Question question) => _client.InvokeAsync<Answer>("Ask", question);

    public Task JoinAsync() => _client.InvokeAsync("Join");

    public Task SayAsync(Said said) => _client.SendAsync("Say", said);

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private static HubConnection Build(string user, int port, bool messagePack)
    {
        IHubConnectionBuilder builder = new HubConnectionBuilder().WithUrl($"http://127.0.0.1:{port}/lobby", options =>
        {
            options.Transports = HttpTransportType.WebSockets;
            options.SkipNegotiation = true;
            options.Headers["X-User"] = user;
            options.Headers["X-Password"] = Lobby.PasswordOf(user);
        });
        return messagePack
            ? builder.AddMessagePackProtocol().Build()
            : builder.AddJsonProtocol(options => options.PayloadSerializerOptions.TypeInfoResolverChain.Insert(0, ContractsJson.Default)).Build();
    }
}
