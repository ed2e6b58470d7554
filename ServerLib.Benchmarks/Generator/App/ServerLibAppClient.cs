using ServerLib.Benchmarks.Servers.App;

namespace ServerLib.Benchmarks.Generator.App;

internal sealed class ServerLibAppClient(string user, int port) : IAppClient
{
    private readonly ServerClient _client = new(new ServerClientOptions { Port = port, UserName = user, Password = Lobby.PasswordOf(user) });

    public Task ConnectAsync(Action<Said> onSaid)
    {
        _client.On("said", (said, _) => Handle(said), ContractsJson.Default.Said);
        return _client.ConnectAsync();

        ValueTask Handle(Said said)
        {
            onSaid(said);
            return ValueTask.CompletedTask;
        }
    }

    public Task<Answer> AskAsync(Question question) =>
        _client.CallAsync("ask", question, ContractsJson.Default.Question, ContractsJson.Default.Answer);

    public Task JoinAsync() => _client.JoinAsync(Lobby.Group);

    public Task SayAsync(Said said) => _client.SendEventAsync("say", said, ContractsJson.Default.Said).AsTask();

    public ValueTask DisposeAsync() => _client.DisposeAsync();
}
