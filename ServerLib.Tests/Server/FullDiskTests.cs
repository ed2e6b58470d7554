using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Accounts;
using ServerLib.Files;

namespace ServerLib.Tests.Server;

/// <summary>A server on a disk that is really full.</summary>
[TestClass]
public sealed class FullDiskTests
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [TestMethod]
    public async Task Users_log_in_while_the_disk_is_full_and_the_server_says_so()
    {
        using var disk = new SmallDisk();
        await using RunningServer server = await StartAsync(disk);
        await LogInAsync(server, "alice");
        disk.Fill();
        for (int i = 0; i < 3; i++)
        {
            await LogInAsync(server, "alice");
            LoginException refused = await Assert.ThrowsExactlyAsync<LoginException>(() => LogInAsync(server, "bob"));
            Assert.AreEqual(LoginCode.Busy, refused.Result);
            await RetryAsync(server);
        }

        CollectionAssert.IsSubsetOf(new[] { "accounts", "audit-trail" }, Problems(server));
        Assert.StartsWith("database failing: no space: ", server.Health.NotReady);
        disk.Clear();
        await RetryAsync(server);
        CollectionAssert.DoesNotContain(Problems(server), "accounts");
        CollectionAssert.DoesNotContain(Problems(server), "audit-trail");
        Assert.IsTrue(server.Health.IsReady);
        await LogInAsync(server, "bob");
    }

    [TestMethod]
    public async Task A_server_starts_on_a_full_disk_and_users_log_in()
    {
        using var disk = new SmallDisk();
        await using (RunningServer first = await StartAsync(disk))
            await LogInAsync(first, "alice");
        disk.Fill();

        await using RunningServer server = await StartAsync(disk);
        await LogInAsync(server, "alice");
        await server.Database.HasUserAsync("alice", _guard);
        CollectionAssert.Contains(Problems(server), "accounts");
    }

    private static string[] Problems(RunningServer server) => [.. server.Problems.Current.Select(problem => problem.Name)];

    private Task<RunningServer> StartAsync(SmallDisk disk) => RunningServer.StartAsync(
        options => options.DataDirectory = disk.Path, services: services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_time)));

    private async Task LogInAsync(RunningServer server, string name)
    {
        await using ServerClient client = await server.ConnectAsync(name, _guard);
    }

    /// <summary>Lets the next attempt to write begin, and waits for it.</summary>
    private async Task RetryAsync(RunningServer server)
    {
        _time.Advance(DatabaseThread<UserStore>.RetryAfter);
        await server.Database.HasUserAsync("alice", _guard);
        await server.Audit.ReadAsync(cancellationToken: _guard);
    }
}
