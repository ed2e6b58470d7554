using ServerLib.Server;

namespace ServerLib.Tests.Server;

[TestClass]
public sealed class LoopbackUsersTests
{
    private readonly LoopbackUsers _users = new();

    [TestMethod]
    public void The_first_user_over_the_maximum_is_reported_once()
    {
        string[] names = [.. Enumerable.Range(0, LoopbackUsers.Max).Select(i => $"user{i}")];
        foreach (string name in names)
            Assert.IsFalse(_users.Add(name), name);
        Assert.IsFalse(_users.Add("user0"));
        Assert.IsTrue(_users.Add("alice"));
        Assert.IsFalse(_users.Add("zoe"));
        _users.Remove("user0");
    }

    [TestMethod]
    public void A_user_counts_until_the_last_connection_has_ended()
    {
        for (int i = 0; i < LoopbackUsers.Max; i++)
            _users.Add($"user{i}");
        _users.Add("user0");
        _users.Remove("user0");
        _users.Remove("user0");
        _users.Remove("nobody");

        Assert.IsFalse(_users.Add("alice"));
        Assert.IsTrue(_users.Add("zoe"));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task A_server_warns_that_forwarding_is_likely_where_loopback_is_exempt(bool isExempt)
    {
        await using PipeServer server = await PipeServer.StartAsync(options => options.Limits.ExemptLoopback = isExempt);
        for (int i = 0; i <= LoopbackUsers.Max; i++)
            await server.Connect("127.0.0.1").JoinAsync($"user{i}");

        Assert.AreEqual(isExempt ? 1 : 0, server.Warnings.Count(line => line.Contains("ExemptLoopback", StringComparison.Ordinal)));
    }
}
