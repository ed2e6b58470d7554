using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ServerLib.Server;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Users;

/// <summary>An application that has a server in it, as a user of the package puts it together.</summary>
internal sealed class StartedServer : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly TempFolder _folder;

    private StartedServer(IHost host, TempFolder folder) => (_host, _folder) = (host, folder);

    private IPEndPoint EndPoint => _host.Services.GetRequiredService<ConnectionServer>().EndPoint!;

    public static async Task<StartedServer> StartAsync(Action<IServiceCollection> replace, CancellationToken token)
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(ServerKey.Ephemeral);
        builder.Services.AddSingleton(ServerCertificate.CreateEphemeral());
        var folder = new TempFolder();
        builder.Services.AddServerLib(options => (options.Port, options.DataDirectory) = (0, folder.Path));
        replace(builder.Services);
        IHost host = builder.Build();
        await host.StartAsync(token);
        return new StartedServer(host, folder);
    }

    public Task<ClassicClient> ConnectAsync(CancellationToken token) => ClassicClient.ConnectAsync(EndPoint, token);

    public async Task<ClassicClient> JoinAsync(string name, string password, CancellationToken token)
    {
        ClassicClient client = await ConnectAsync(token);
        Assert.AreEqual("OK", await client.LoginAsync(name, password, token));
        await client.ExchangeKeysAsync(token);
        Assert.AreEqual($"{name}: [ CONNECTED ]", await client.ReceiveAsync(token));
        return client;
    }

    public Task StopAsync(CancellationToken token) => _host.StopAsync(token);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
        _folder.Dispose();
    }
}
