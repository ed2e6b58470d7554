using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ServerLib.Server;
using ServerLib.Testing;

namespace ServerLib.Tests.Hosting;

/// <summary>Tests starting, stopping and disposing whole servers in unusual orders.</summary>
[TestClass]
public sealed class ServerLifeCycleTests : IDisposable
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task A_server_that_runs_or_has_run_can_not_be_started()
    {
        await using ServerLibServer server = Create();
        await server.StartAsync(_guard);
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => server.StartAsync(_guard));
        IPEndPoint endPoint = server.EndPoint!;
        await server.StopAsync(_guard);
        await server.StopAsync(_guard);
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => server.StartAsync(_guard));

        Assert.IsNull(server.EndPoint);
        AssertFree(endPoint);
    }

    [TestMethod]
    public async Task A_server_can_be_stopped_before_it_starts()
    {
        await using ServerLibServer server = Create();
        await server.StopAsync(_guard);

        await server.StartAsync(_guard);

        Assert.IsNotNull(server.EndPoint);
    }

    [TestMethod]
    public async Task A_server_can_be_started_when_its_port_has_become_free()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        var endPoint = (IPEndPoint)other.LocalEndPoint!;
        await using ServerLibServer server = Create(options => options.Port = endPoint.Port);
        await Assert.ThrowsExactlyAsync<ServerLibException>(() => server.StartAsync(_guard));
        Assert.IsNull(server.EndPoint);
        other.Close();

        await server.StartAsync(_guard);

        Assert.AreEqual(endPoint, server.EndPoint);
    }

    [TestMethod]
    public async Task A_service_that_fails_to_start_leaves_no_port_open()
    {
        IPEndPoint? endPoint = null;
        var server = ServerLibServer.Create(b =>
        {
            b.OnFreePort(_folder.Path);
            b.Services.AddSingleton<IHostedService>(services => new Broken(() => endPoint = services.GetRequiredService<IServerControl>().EndPoint));
        });

        await Assert.ThrowsExactlyAsync<IOException>(() => server.StartAsync(_guard));

        AssertFree(endPoint!);
        Assert.IsNull(server.EndPoint);
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => server.StartAsync(_guard));
        await server.DisposeAsync();
    }

    [TestMethod]
    public async Task A_service_that_fails_to_stop_leaves_no_port_open()
    {
        var server = ServerLibServer.Create(b =>
        {
            b.OnFreePort(_folder.Path);
            b.Services.AddSingleton<IHostedService>(new Broken(null));
        });
        await server.StartAsync(_guard);
        IPEndPoint endPoint = server.EndPoint!;

        await Assert.ThrowsExactlyAsync<IOException>(() => server.StopAsync(_guard));

        AssertFree(endPoint);
        await server.DisposeAsync();
        Assert.IsNull(server.EndPoint);
    }

    [TestMethod]
    public async Task A_server_whose_service_fails_to_stop_is_disposed_nevertheless()
    {
        var part = new DisposedPart();
        var server = ServerLibServer.Create(b =>
        {
            b.OnFreePort(_folder.Path);
            b.Services.AddSingleton(_ => part);
            b.Services.AddSingleton<IHostedService>(new Broken(null));
        });
        await server.StartAsync(_guard);
        IPEndPoint endPoint = server.EndPoint!;
        server.Services.GetRequiredService<DisposedPart>();

        await Assert.ThrowsExactlyAsync<IOException>(() => server.DisposeAsync().AsTask());

        AssertFree(endPoint);
        Assert.IsTrue(part.IsDisposed);
        await server.DisposeAsync();
    }

    [TestMethod]
    public async Task A_second_stop_can_cut_the_first_one_short()
    {
        using var entered = new SemaphoreSlim(0);
        var never = new TaskCompletionSource();
        await using ServerLibServer server = ServerLibServer.Create(b => b
            .OnFreePort(_folder.Path)
            .Configure(options => options.ShutdownTimeout = TimeSpan.FromHours(1))
            .OnMessage((_, _, _) =>
            {
                entered.Release();
                return new ValueTask(never.Task);
            }));
        await server.StartAsync(_guard);
        await using ServerClient ada = await server.Services.GetRequiredService<ConnectionServer>().ConnectAsync("ada", _guard);
        await ada.SendAsync("hello", _guard);
        await entered.WaitAsync(_guard);
        Task first = server.StopAsync(_guard);
        Assert.IsFalse(first.IsCompleted);

        await server.StopAsync(new CancellationToken(canceled: true));

        await first;
        never.SetResult();
    }

    [TestMethod]
    public async Task A_server_that_was_not_started_can_be_disposed()
    {
        ServerLibServer server = Create();
        server.Dispose();
        await server.DisposeAsync();

        Assert.IsNull(server.EndPoint);
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => server.StartAsync(_guard));
    }

    [TestMethod]
    public async Task A_server_that_was_not_stopped_can_be_disposed()
    {
        ServerLibServer server = Create();
        await server.StartAsync(_guard);
        IPEndPoint endPoint = server.EndPoint!;
        await using ServerClient ada = await server.Services.GetRequiredService<IServerControl>().ConnectAsync("ada", _guard);

        server.Dispose();
        server.Dispose();

        Assert.AreEqual("shutdown", (await ada.EndAsync(_guard)).Code);
        AssertFree(endPoint);
        await using ServerLibServer next = Create();
        await next.StartAsync(_guard);
        Assert.IsTrue(await next.Services.GetRequiredService<IUserDatabase>().HasUserAsync("ada", _guard));
    }

    [TestMethod]
    public async Task A_service_provider_with_a_running_server_can_be_disposed_synchronously()
    {
        IPEndPoint endPoint;
        ServiceProvider provider = Services();
        using (provider)
        {
            foreach (IHostedService service in provider.GetServices<IHostedService>())
                await service.StartAsync(_guard);
            endPoint = provider.GetRequiredService<IServerControl>().EndPoint!;
            await provider.GetRequiredService<IUserDatabase>().CreateNewUserAsync(new Credentials("ada", "pw", endPoint), _guard);
        }

        AssertFree(endPoint);
        using ServiceProvider next = Services();
        Assert.IsTrue(await next.GetRequiredService<IUserDatabase>().HasUserAsync("ada", _guard));
    }

    [TestMethod]
    public async Task A_test_server_can_be_stopped_and_disposed_twice()
    {
        TestServer server = await TestServer.StartAsync(cancellationToken: _guard);
        await server.StopAsync(_guard);
        await server.StopAsync(_guard);
        server.Dispose();
        server.Dispose();
        await server.DisposeAsync();
    }

    [TestMethod]
    public async Task A_test_server_that_was_not_stopped_can_be_disposed_synchronously()
    {
        TestServer server = await TestServer.StartAsync(cancellationToken: _guard);
        using ServerClient ada = await server.ConnectAsync("ada", _guard);

        server.Dispose();

        Assert.AreEqual("shutdown", (await ada.EndAsync(_guard)).Code);
    }

    private static void AssertFree(IPEndPoint endPoint)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(endPoint);
    }

    private ServiceProvider Services()
    {
        var services = new ServiceCollection();
        services.AddServerLib().OnFreePort(_folder.Path);
        return services.BuildServiceProvider();
    }

    private ServerLibServer Create(Action<ServerOptions>? configure = null) =>
        ServerLibServer.Create(b => b.OnFreePort(_folder.Path).Configure(configure));

    /// <summary>A service that fails to start if there is something to do before, and to stop otherwise.</summary>
    private sealed class Broken(Action? starting) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            if (starting is null)
                return Task.CompletedTask;
            starting();
            throw new IOException("It can't start.");
        }

        public Task StopAsync(CancellationToken cancellationToken) => throw new IOException("It can't stop.");
    }

    private sealed class DisposedPart : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
