using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ServerLib.Benchmarks.Servers.App;

/// <summary>ServerLib with its defaults, except that passwords are compared instead of hashed.</summary>
internal sealed class ServerLibAppServer : IServer
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("serverlib-benchmark-");
    private IHost? _host;

    public async Task<int> StartAsync()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddServerLib(options => (options.Port, options.DataDirectory) = (0, _data.FullName))
            .UseAuthenticator<PlainAuthenticator>()
            .AddHandler<LobbyHandler>()
            .MapCall("ask", ContractsJson.Default.Question, ContractsJson.Default.Answer, Answer)
            .MapEvent("say", ContractsJson.Default.Said, SayAsync);
        _host = builder.Build();
        await _host.StartAsync();
        return _host.Services.GetRequiredService<IServerControl>().EndPoint!.Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
            await _host.StopAsync();
        _host?.Dispose();
        _data.Delete(recursive: true);
    }

    private static ValueTask<Answer> Answer(Question question, Connection from, CancellationToken cancellationToken) =>
        new(new Answer(question.Number, question.Text, from.Alias));

    private async ValueTask SayAsync(Said said, Connection from, CancellationToken cancellationToken) =>
        await _host!.Services.GetRequiredService<IMessageRouter>().SendEventToGroupAsync(
            Lobby.Group, "said", said, ContractsJson.Default.Said, cancellationToken: cancellationToken);

    private sealed class LobbyHandler : IMessageHandler
    {
        public ValueTask OnMessageAsync(Connection connection, Message message, CancellationToken cancellationToken) => default;
    }

    private sealed class PlainAuthenticator : IAuthenticator
    {
        public ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default) =>
            new(Lobby.Accepts(credentials.Username, credentials.Password)
                ? LoginResult.Ok(credentials.Username)
                : new LoginResult(LoginCode.Failure));
    }
}
