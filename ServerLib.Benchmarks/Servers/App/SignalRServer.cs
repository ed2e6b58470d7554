using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ServerLib.Benchmarks.Servers.App;

/// <summary>SignalR on Kestrel. It serves JSON and MessagePack.</summary>
internal sealed class SignalRServer : IServer
{
    private WebApplication? _application;

    public async Task<int> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSignalR()
            .AddJsonProtocol(options => options.PayloadSerializerOptions.TypeInfoResolverChain.Insert(0, ContractsJson.Default))
            .AddMessagePackProtocol();
        _application = builder.Build();
        _application.Use(LogInAsync);
        _application.MapHub<LobbyHub>("/lobby");
        await _application.StartAsync();
        return new Uri(_application.Urls.First()).Port;
    }

    public ValueTask DisposeAsync() => _application?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static Task LogInAsync(HttpContext context, RequestDelegate next)
    {
        string? user = context.Request.Headers["X-User"];
        if (!Lobby.Accepts(user, context.Request.Headers["X-Password"]))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }

        context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, user!)], "password"));
        return next(context);
    }

    private sealed class LobbyHub : Hub
    {
        public Answer Ask(Question question) => new(question.Number, question.Text, Context.UserIdentifier!);

        public Task Join() => Groups.AddToGroupAsync(Context.ConnectionId, Lobby.Group);

        public Task Say(Said said) => Clients.Group(Lobby.Group).SendAsync("said", said);
    }
}
