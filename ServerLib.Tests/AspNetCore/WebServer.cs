using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using ServerLib.Cli;

namespace ServerLib.Tests.AspNetCore;

/// <summary>An ASP.NET Core application with a server, both on free ports of this machine.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly WebApplication _application;
    private readonly HttpClient _http = new();

    private WebServer()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddServerLib(options =>
        {
            options.Port = 0;
            options.DataDirectory = _folder.Path;
            options.PasswordHashing.MemorySize = 64;
            options.PasswordHashing.Iterations = 1;
        });
        builder.Services.Replace(ServiceDescriptor.Singleton(ServerKey.Ephemeral));
        builder.Services.AddHealthChecks().AddServerLib();
        _application = builder.Build();
        _application.MapServerLibMetrics();
        _application.MapServerLibHealth();
    }

    public IServerControl Control => _application.Services.GetRequiredService<IServerControl>();

    public ServerProblems Problems => _application.Services.GetRequiredService<ServerProblems>();

    public static async Task<WebServer> StartAsync()
    {
        var server = new WebServer();
        await server._application.StartAsync();
        return server;
    }

    public Task<ServerClient> ConnectAsync(string name, string password, CancellationToken token) => ServerClient.ConnectAsync(
        new ServerClientOptions { EndPoint = Control.EndPoint!, UserName = name, Password = password }, token);

    public async Task<(HttpStatusCode Status, string Body)> GetAsync(string path, CancellationToken token)
    {
        using HttpResponseMessage response = await _http.GetAsync(new Uri(new Uri(_application.Urls.Single()), path), token);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(token));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _application.StopAsync();
        await _application.DisposeAsync();
        _folder.Dispose();
    }
}
