using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using ServerLib.Diagnostics;
using ServerLib.Protocol;
using ServerLib.Server;

namespace ServerLib.Tests;

/// <summary>
/// A server in this process, on a free port of this machine, with files in a folder of its own. For tests that need sockets, TLS or the
/// database in files; otherwise use <see cref="Testing.TestServer"/>, or <see cref="Server.PipeServer"/>.
/// </summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly IHost _host;

    private RunningServer(
        Action<ServerOptions>? configure,
        Func<IServiceProvider, IMessageHandler>? handler,
        Action<IServiceCollection>? services,
        Action<IServerLibBuilder>? build)
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        IServerLibBuilder server = builder.Services.AddServerLib(options =>
        {
            options.Port = 0;
            options.DataDirectory = _folder.Path;
            options.Passwords.MinLength = 1;
            options.PasswordHashing.MemorySize = 64;
            options.PasswordHashing.Iterations = 1;
            configure?.Invoke(options);
        });
        build?.Invoke(server);
        builder.Services.Replace(ServiceDescriptor.Singleton(ServerKey.Ephemeral));
        if (handler is not null)
            builder.Services.Replace(ServiceDescriptor.Scoped(handler));
        services?.Invoke(builder.Services);
        _host = builder.Build();
    }

    public IPEndPoint EndPoint => Server.EndPoint!;

    public ConnectionServer Server => _host.Services.GetRequiredService<ConnectionServer>();

    public ServerCertificate Certificate => _host.Services.GetRequiredService<ServerCertificate>();

    public AuditTrail Audit => _host.Services.GetRequiredService<AuditTrail>();

    public LoginThrottle Throttle => _host.Services.GetRequiredService<LoginThrottle>();

    public ServerMetrics Metrics => _host.Services.GetRequiredService<ServerMetrics>();

    public ServerHealth Health => _host.Services.GetRequiredService<ServerHealth>();

    public ServerProblems Problems => _host.Services.GetRequiredService<ServerProblems>();

    public IConnectionLedger Ledger => _host.Services.GetRequiredService<IConnectionLedger>();

    public IMessageRouter Router => _host.Services.GetRequiredService<IMessageRouter>();

    public IAuthenticator Authenticator => _host.Services.GetRequiredService<IAuthenticator>();

    public LiteDbUserDatabase Database => (LiteDbUserDatabase)_host.Services.GetRequiredService<IUserDatabase>();

    public static async Task<RunningServer> StartAsync(
        Action<ServerOptions>? configure = null,
        Func<IServiceProvider, IMessageHandler>? handler = null,
        Action<IServiceCollection>? services = null,
        Action<IServerLibBuilder>? build = null)
    {
        var server = new RunningServer(configure, handler, services, build);
        await server._host.StartAsync();
        return server;
    }

    /// <summary>A client of the library's own, logged in.</summary>
    public Task<ServerClient> ConnectAsync(string name, CancellationToken token, Action<ServerClientOptions>? configure = null)
    {
        var options = new ServerClientOptions { EndPoint = EndPoint, UserName = name, Password = "s3cret pass" };
        configure?.Invoke(options);
        return ServerClient.ConnectAsync(options, token);
    }

    public Task StopAsync() => _host.StopAsync();

    /// <summary>A client that logs in over TLS, and knows the certificate.</summary>
    public Task<ServerClient> JoinOverTlsAsync(string name, CancellationToken token) =>
        ConnectAsync(name, token, options => (options.Tls, options.Fingerprint) = (TlsMode.Pinned, Certificate.Fingerprint));

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        _folder.Dispose();
    }
}
