using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace ServerLib.Tests.Remote;

/// <summary>A real server of one test's own.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ServiceProvider _services;
    private readonly ConnectionServer _server;

    private RunningServer(Action<IServiceCollection>? configure)
    {
        var services = new ServiceCollection();
        configure?.Invoke(services);
        services.AddServerLib(options =>
        {
            options.Port = 0;
            options.DataDirectory = _folder.Path;
            options.MinPasswordLength = 1;
        });
        _services = services.BuildServiceProvider();
        _server = _services.GetRequiredService<ConnectionServer>();
    }

    public IPEndPoint EndPoint => _server.EndPoint!;

    public IConnectionLedger Ledger => _services.GetRequiredService<IConnectionLedger>();

    public AuditTrail Audit => _services.GetRequiredService<AuditTrail>();

    public static async Task<RunningServer> StartAsync(Action<IServiceCollection>? configure = null)
    {
        var server = new RunningServer(configure);
        await server._server.StartAsync(CancellationToken.None);
        return server;
    }

    public Task<ServerClient> ConnectAsync(string name, CancellationToken token, Action<ServerClientOptions>? configure = null)
    {
        var options = new ServerClientOptions { EndPoint = EndPoint, UserName = name, Password = "s3cret pass" };
        configure?.Invoke(options);
        return ServerClient.ConnectAsync(options, token);
    }

    public Task StopAsync() => _server.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _services.DisposeAsync();
        _folder.Dispose();
    }
}
