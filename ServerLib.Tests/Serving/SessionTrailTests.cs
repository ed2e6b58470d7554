using ServerLib.Accounts;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Serving;

/// <summary>The audit trail's logons and logoffs.</summary>
[TestClass]
public sealed class SessionTrailTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    [DataRow("leaves")]
    [DataRow("kicked")]
    [DataRow("banned")]
    [DataRow("locked")]
    [DataRow("password")]
    [DataRow("removed")]
    [DataRow("shutdown")]
    public async Task Each_logon_has_one_logoff_from_its_own_address_however_it_ends(string end)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient first = await CompactClient.JoinAsync(server.EndPoint, "alice");
        using CompactClient second = await CompactClient.JoinAsync(server.EndPoint, "alice");
        using CompactClient bob = await CompactClient.JoinAsync(server.EndPoint, "bob");
        string[] addresses = [.. server.Ledger.Find("alice").Select(client => client.RemoteEndPoint.ToString()!)];
        switch (end)
        {
            case "leaves":
                first.Dispose();
                break;
            case "kicked":
                server.Ledger.Find("alice").First().End(DisconnectReason.Kicked);
                break;
            case "banned":
                await server.Server.BanAsync(new Ban("alice"), cancellationToken: _guard);
                break;
            case "locked":
                await server.Database.SetLockedAsync("alice", true, _guard);
                server.Server.EndSessions("alice", DisconnectReason.AccountChanged);
                break;
            case "password":
                await first.SendAsync(RawFrame.Control(0x07, new { current = "secret", @new = "another" }));
                Assert.AreEqual("account-changed", await second.ReceiveCloseAsync());
                break;
            case "removed":
                await server.Database.RemoveAccountAsync("alice", _guard);
                server.Server.EndSessions("alice", DisconnectReason.AccountChanged);
                break;
        }

        await server.StopAsync();
        List<AuditEntry> entries = await server.Audit.ReadNewestAsync(100);
        string[] logons = Of(AuditEvent.Logon), logoffs = Of(AuditEvent.Logoff);
        CollectionAssert.IsSubsetOf(addresses.Select(address => $"alice {address}").ToArray(), logons);
        Assert.HasCount(3, logons);
        CollectionAssert.AreEquivalent(logons, logoffs);

        string[] Of(AuditEvent what) => [.. entries.Where(e => e.Event == what).Select(e => $"{e.Name} {e.Address}")];
    }
}
