using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Server;

/// <summary>An activity log that throws costs its lines, and nothing else.</summary>
[TestClass]
public sealed class ThrowingLogTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_log_that_throws_leaks_no_connection()
    {
        await using PipeServer server = await StartAsync();
        CompactClient ada = server.Connect(), silent = server.Connect();
        await ada.JoinAsync("ada");
        CompactClient refused = server.Connect();
        Assert.IsNull(await refused.LogInAsync("late"));
        await ada.LeaveAsync();
        await silent.LeaveAsync();

        await server.Server.DrainAsync(_guard);
        Assert.AreEqual((0, 0), (server.Server.ConnectionCount, server.Ledger.Count));
    }

    [TestMethod]
    public async Task A_log_that_throws_is_reported_once()
    {
        await using PipeServer server = await StartAsync();
        await server.Connect().JoinAsync("ada");

        Assert.AreEqual(1, server.Warnings.Count(line => line.StartsWith("The activity log has thrown an exception.", StringComparison.Ordinal)));
    }

    private static Task<PipeServer> StartAsync() => PipeServer.StartAsync(
        options => options.Limits.MaxConnections = 2,
        services => services.Replace(ServiceDescriptor.Singleton<ILog>(new DelegateLog(_ => throw new IOException("The disk is full.")))));
}
