using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace ServerLib.Tests.Resuming;

/// <summary>
/// The same over sockets and TLS, through a proxy that cuts all connections again and again. The environment variable <c>PROXY_SECONDS</c>
/// says for how long.
/// </summary>
[TestClass]
public sealed class ProxyTests
{
    private const int Users = 3;

    private static readonly TimeSpan Duration =
        TimeSpan.FromSeconds(int.Parse(Environment.GetEnvironmentVariable("PROXY_SECONDS") ?? "2", null));

    [TestMethod]
    [DataRow(TlsMode.None)]
    [DataRow(TlsMode.Pinned)]
    public async Task Nothing_is_lost_or_duplicated_through_a_proxy_that_cuts_connections(TlsMode tls)
    {
        using var guard = new CancellationTokenSource(Duration + TimeSpan.FromMinutes(1));
        var failure = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var room = new SimulatedRoom(failure);
        await using RunningServer server = await RunningServer.StartAsync(
            options => options.Limits.MaxMessageRate = 0,
            services => new SimulatedRoom.Handler(room, services.GetRequiredService<IMessageRouter>(), failure),
            build: room.Configure);
        await using var proxy = new CuttingProxy(server.EndPoint);
        SimulatedUser[] users = [.. Enumerable.Range(0, Users).Select(i =>
            new SimulatedUser(new ServerClient(OptionsFor($"user{i}", proxy, server, tls)), $"user{i}", room, new Random(i), failure))];
        try
        {
            await await Task.WhenAny(RunAsync(), failure.Task).WaitAsync(guard.Token);
        }
        finally
        {
            await guard.CancelAsync();
            foreach (SimulatedUser user in users)
                await user.Client.DisposeAsync();
            await Task.WhenAll(users.Select(user => user.Reading));
        }

        async Task RunAsync()
        {
            await Task.WhenAll(users.Select(user => user.BeginAsync(guard.Token)));
            long start = Stopwatch.GetTimestamp();
            Task running = Task.WhenAll(users.Select(
                user => user.RunAsync(users, () => Stopwatch.GetElapsedTime(start) >= Duration, guard.Token)));
            var random = new Random(1);
            for (int i = 0; !running.IsCompleted; i++)
            {
                // At times a client is cut again while it connects, but every client gets its turn.
                Task[] pings = [.. users.Select(user => user.Client.PingAsync(guard.Token))];
                await (i % 2 == 0 ? Task.WhenAll(pings) : Task.WhenAny(pings));
                proxy.Cut(resets: random.Next(2) == 0);
            }

            await running;
            room.Close();
        }
    }

    private static ServerClientOptions OptionsFor(string name, CuttingProxy proxy, RunningServer server, TlsMode tls) => new()
    {
        EndPoint = proxy.EndPoint,
        UserName = name,
        Password = "s3cret pass",
        Tls = tls,
        Fingerprint = tls == TlsMode.Pinned ? server.Certificate.Fingerprint : null,
        Reconnect = true,
        ReconnectDelay = TimeSpan.FromMilliseconds(1),
        MaxReconnectDelay = TimeSpan.FromMilliseconds(10),
        RequestTimeout = SimulatedUser.Longest,
    };
}
