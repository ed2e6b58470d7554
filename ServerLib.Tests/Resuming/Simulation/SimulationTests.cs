using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Testing;

namespace ServerLib.Tests.Resuming;

/// <summary>
/// <see cref="ServerClient"/> and the server in memory, on a network that loses every connection: at any byte of a login, a RESUME or a frame,
/// with what each side may see of it. Nothing is lost or duplicated, and nobody is seen to leave.
/// </summary>
/// <remarks>
/// The seed decides where and how each connection is lost; the threads of the process decide what is on its way then. To run one seed again,
/// set the environment variable <c>SIMULATION_SEED</c>.
/// </remarks>
[TestClass]
public sealed class SimulationTests
{
    private const int Users = 3;
    private const int Faults = 500;

    public static IEnumerable<int> Seeds =>
        Environment.GetEnvironmentVariable("SIMULATION_SEED") is { } seed ? [int.Parse(seed, null)] : Enumerable.Range(1, 8);

    [TestMethod]
    [DynamicData(nameof(Seeds))]
    public async Task Nothing_is_lost_or_duplicated_on_a_network_that_loses_connections(int seed)
    {
        try
        {
            await SimulateAsync(seed);
        }
        catch (Exception e)
        {
            throw new AssertFailedException($"Seed {seed}: {e.Message}", e);
        }
    }

    private static async Task SimulateAsync(int seed)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Guard.NewToken());
        var time = new FakeTimeProvider();
        var failure = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var room = new SimulatedRoom(failure);
        await using TestServer server = await TestServer.StartAsync(builder => Configure(builder, room, time, failure, maxCalls: seed % 2 == 0 ? 1 : 4), end.Token);
        var network = new FaultyNetwork(server, time);
        SimulatedUser[] users = [.. Enumerable.Range(0, Users).Select(i =>
        {
            string name = $"user{i}";
            int own = unchecked((seed * 1_009) + i);
            var client = new ServerClient(OptionsFor(name, time, network.ClientOf(own)));
            return new SimulatedUser(client, name, room, new Random(own), failure);
        })];
        ServerClient observer = await server.ConnectAsync(OptionsFor("observer", time), cancellationToken: end.Token);
        Task passing = network.PassTimeAsync(() => SettleAsync(observer, end.Token), end.Token);
        try
        {
            await await Task.WhenAny(RunAsync(), failure.Task, passing).WaitAsync(end.Token);
        }
        finally
        {
            await end.CancelAsync();
            await PassingTime.DisposeAsync(time, [observer, .. users.Select(user => user.Client)]);
            await Task.WhenAll(users.Select(user => user.Reading));
        }

        Assert.IsGreaterThanOrEqualTo(Faults, network.Faults);

        async Task RunAsync()
        {
            await Task.WhenAll(users.Select(user => user.BeginAsync(end.Token)));
            await Task.WhenAll(users.Select(user => user.RunAsync(users, IsOver, end.Token)));
            room.Close();
        }

        bool IsOver()
        {
            if (network.Faults < Faults)
                return false;
            network.CalmDown();
            return true;
        }
    }

    /// <summary>Reaches the server and comes back, which gives all others time to react.</summary>
    private static async Task SettleAsync(ServerClient observer, CancellationToken cancellationToken)
    {
        try
        {
            await observer.PingAsync(cancellationToken);
        }
        catch (ServerClientException)
        {
            await observer.WaitUntilConnectedAsync(cancellationToken);
        }

        await PassingTime.LetOthersRunAsync(cancellationToken);
    }

    private static ServerClientOptions OptionsFor(
        string name, TimeProvider time, Func<CancellationToken, ValueTask<Stream>>? connect = null) => new()
        {
            UserName = name,
            Password = "password",
            AllowPlaintextPassword = true,
            ConnectCallback = connect,
            Reconnect = true,
            KeepAlive = FaultyNetwork.KeepAlive,
            ConnectTimeout = 2 * FaultyNetwork.KeepAlive,
            RequestTimeout = SimulatedUser.Longest,
            TimeProvider = time,

            // No time passes before the next attempt.
            Jitter = () => 0,
        };

    private static void Configure(IServerLibBuilder builder, SimulatedRoom room, TimeProvider time, TaskCompletionSource failure, int maxCalls)
    {
        builder.Configure(options =>
        {
            options.Limits.KeepAlive = FaultyNetwork.KeepAlive;
            options.Limits.MaxMessageRate = 0;
            options.Limits.MaxConcurrentCalls = maxCalls;
            options.Limits.MaxSessionsPerUser = 1_000;
            options.Limits.MaxConnectionsPerAddress = 10_000;
            options.Limits.MaxUnauthenticatedPerAddress = 10_000;
            options.Sessions.ResumeWindow = TimeSpan.FromDays(1);
        });
        room.Configure(builder);
        builder.Services.AddLogging(logging => logging.AddProvider(new FailureLog(failure)));
        builder.Services.Replace(ServiceDescriptor.Singleton(time));
        builder.Services.Replace(ServiceDescriptor.Scoped<IMessageHandler>(
            services => new SimulatedRoom.Handler(room, services.GetRequiredService<IMessageRouter>(), failure)));
    }
}
