using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ServerLib.Tests.Server;

/// <summary>Tests two servers in one process under load, each with its own handlers, limits and data folder.</summary>
[TestClass]
public sealed class TwoServersTests
{
    private const int Clients = 12;
    private const int Requests = 100;

    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task Two_servers_under_load_answer_only_their_own_clients()
    {
        await using RunningServer red = await StartAsync("red"), blue = await StartAsync("blue");
        int[][] counts = await Task.WhenAll(
            Enumerable.Range(0, Clients).Select(i => Task.Run(() => AskAsync(i % 2 == 0 ? red : blue, i % 2 == 0 ? "red" : "blue", $"user{i}"))));

        Assert.AreEqual(Clients * Requests, counts.Sum(answers => answers.Length));
        foreach (int[] answers in counts)
            CollectionAssert.AreEqual(Enumerable.Range(0, Requests).ToArray(), answers);
        Assert.IsTrue(await red.Database.HasUserAsync("user0", _guard));
        Assert.IsFalse(await blue.Database.HasUserAsync("user0", _guard));
    }

    [TestMethod]
    public async Task A_server_that_stops_under_load_does_not_disturb_the_other()
    {
        await using RunningServer red = await StartAsync("red"), blue = await StartAsync("blue");
        await using ServerClient visitor = await red.ConnectAsync("visitor", _guard);
        Task<int[]>[] working = [.. Enumerable.Range(0, Clients).Select(i => Task.Run(() => AskAsync(blue, "blue", $"user{i}")))];
        await red.StopAsync();

        foreach (int[] answers in await Task.WhenAll(working))
            Assert.HasCount(Requests, answers);
        await AskAsync(blue, "blue", "late");
    }

    [TestMethod]
    public async Task Limits_bans_and_penalties_of_a_server_do_not_affect_the_other()
    {
        await using RunningServer red = await StartAsync("red", options => options.Limits.MaxSessionsPerUser = 1);
        await using RunningServer blue = await StartAsync("blue");
        await red.Server.BanAsync(new Ban("bob"), cancellationToken: _guard);
        await using ServerClient first = await red.ConnectAsync("alice", _guard, options => options.Password = "of red");
        await Assert.ThrowsExactlyAsync<LoginException>(() => red.ConnectAsync("alice", _guard, options => options.Password = "of red"));
        await Assert.ThrowsExactlyAsync<LoginException>(() => red.ConnectAsync("bob", _guard));
        await red.Database.AddAccountAsync("carol", "right", _guard);
        for (int i = 0; i < 6; i++)
            await Assert.ThrowsExactlyAsync<LoginException>(() => red.ConnectAsync("carol", _guard, options => options.Password = $"wrong {i}"));

        await using ServerClient alice = await blue.ConnectAsync("alice", _guard, options => options.Password = "of blue");
        await using ServerClient again = await blue.ConnectAsync("alice", _guard, options => options.Password = "of blue");
        await using ServerClient bob = await blue.ConnectAsync("bob", _guard);
        await using ServerClient carol = await blue.ConnectAsync("carol", _guard);
        Assert.AreEqual((1, 4), (red.Ledger.Count, blue.Ledger.Count));
        Assert.IsEmpty(blue.Server.Bans);
        Assert.IsNotEmpty(red.Throttle.Delays);
        Assert.IsEmpty(blue.Throttle.Delays);
        Assert.AreEqual(0, (await blue.Audit.ReadNewestAsync(1_000)).Count(entry => entry.Event == AuditEvent.FailedLogin));
        red.Server.Kick("alice");
        Assert.AreEqual("blue 7", (await alice.RequestAsync("7", cancellationToken: _guard)).Text);
    }

    private static Task<RunningServer> StartAsync(string name, Action<ServerOptions>? configure = null) =>
        RunningServer.StartAsync(
            configure,
            services: services => services.Replace(ServiceDescriptor.Scoped<IMessageHandler>(_ => new Named(name))));

    /// <summary>Logs in and sends requests, which the handler answers with its name.</summary>
    /// <returns>The numbers in the answers.</returns>
    private async Task<int[]> AskAsync(RunningServer server, string name, string user)
    {
        await using ServerClient client = await server.ConnectAsync(user, _guard);
        var answers = new List<int>();
        for (int i = 0; i < Requests; i++)
        {
            string answer = (await client.RequestAsync(i.ToString(CultureInfo.InvariantCulture), cancellationToken: _guard)).Text;
            StringAssert.StartsWith(answer, $"{name} ");
            answers.Add(int.Parse(answer.Split(' ')[1], CultureInfo.InvariantCulture));
        }

        return [.. answers];
    }

    private sealed class Named(string name) : IMessageHandler
    {
        public ValueTask<Response> OnRequestAsync(Connection connection, Message request, CancellationToken cancellationToken) =>
            new(new Response($"{name} {request.Text}"));
    }
}
