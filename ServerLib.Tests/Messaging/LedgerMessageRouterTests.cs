using Microsoft.Extensions.Options;
using Moq;
using ServerLib.Messaging;
using ServerLib.Protocol;
using ServerLib.Tests.Connections;
using ServerLib.Tests.Protocol;

namespace ServerLib.Tests.Messaging;

/// <summary>The router on somebody's own ledger.</summary>
[TestClass]
public sealed class LedgerMessageRouterTests
{
    private readonly Mock<IConnectionLedger> _ledger = new(MockBehavior.Strict);
    private readonly IMessageRouter _router;

    public LedgerMessageRouterTests() =>
        _router = new LedgerMessageRouter(_ledger.Object, Options.Create(new ServerOptions { Limits = { MaxGroupsPerConnection = 1 } }));

    [TestMethod]
    public async Task Everyone_is_who_is_on_the_ledger()
    {
        MemoryClient[] clients = await JoinAsync("alice", "bob", "bob");

        Assert.AreEqual(new SendReport(2, 0, 0), await _router.SendToAllAsync("alice", new Message("hi"), except: clients[0].Connection));
        Assert.AreEqual(new SendReport(3, 0, 0), await _router.AnnounceAsync("eve", Presence.Joined));
        CollectionAssert.AreEqual(new[] { 1, 2, 2 }, clients.Select(client => client.Frames.Count).ToArray());
        CollectionAssert.AreEquivalent(new[] { "alice", "bob" }, (await _router.GetUsersAsync()).ToArray());
    }

    [TestMethod]
    public async Task A_user_is_all_of_his_connections()
    {
        MemoryClient[] clients = await JoinAsync("alice", "bob", "bob");
        _ledger.Setup(ledger => ledger.Find("Bob")).Returns([clients[1].Connection, clients[2].Connection]);
        _ledger.Setup(ledger => ledger.Find("eve")).Returns([]);

        Assert.AreEqual(new SendReport(2, 0, 0), await _router.SendToUserAsync("Bob", "alice", new Message("psst")));
        Assert.AreEqual(default, await _router.SendToUserAsync("eve", "alice", new Message("psst")));
        Assert.AreEqual(FrameType.DirectOut, clients[2].Frames.Single().Type);
        Assert.IsEmpty(clients[0].Frames);
    }

    [TestMethod]
    public async Task A_group_is_its_members_only_and_the_ledger_is_not_asked()
    {
        MemoryClient[] clients = await JoinAsync("alice", "bob", "eve");
        Assert.IsTrue(await _router.JoinAsync(clients[0].Connection, "chess"));
        Assert.IsTrue(await _router.JoinAsync(clients[1].Connection, "chess"));
        _ledger.Reset();

        Assert.AreEqual(new SendReport(1, 0, 0), await _router.SendToGroupAsync("chess", "alice", new Message("e4"), clients[0].Connection));
        Assert.AreEqual(new SendReport(2, 0, 0), await _router.AnnounceAsync("bob", Presence.Joined, "chess"));
        Assert.AreEqual(default, await _router.SendToGroupAsync("go", "alice", new Message("e4")));
        Assert.AreEqual(default, await _router.AnnounceAsync("bob", Presence.Joined, "go"));
        Assert.IsEmpty(clients[2].Frames);
        CollectionAssert.AreEquivalent(new[] { "alice", "bob" }, (await _router.GetUsersAsync("chess")).ToArray());
        Assert.IsEmpty(await _router.GetUsersAsync("go"));
        Assert.IsTrue(await _router.IsMemberAsync(clients[1].Connection, "chess"));
        Assert.IsFalse(await _router.IsMemberAsync(clients[2].Connection, "chess"));
        CollectionAssert.AreEqual(new[] { "chess" }, (await _router.LeaveAllAsync(clients[1].Connection)).ToArray());
        Assert.AreEqual(1, (await _router.SendToGroupAsync("chess", "eve", new Message("e4"))).Delivered);
        Assert.IsTrue(await _router.LeaveAsync(clients[0].Connection, "chess"));
        Assert.IsFalse(await _router.LeaveAsync(clients[0].Connection, "chess"));
    }

    [TestMethod]
    public async Task Names_that_can_not_be_a_groups_and_more_groups_than_allowed_are_refused()
    {
        Connection alice = (await JoinAsync("alice"))[0].Connection;

        foreach (string name in new[] { "", "a\u0007", new string('x', 256), new string('é', 128) })
            Assert.IsFalse(await _router.JoinAsync(alice, name));
        Assert.IsTrue(await _router.JoinAsync(alice, new string('x', 255)));
        Assert.IsFalse(await _router.JoinAsync(alice, "second"));
        alice.End(DisconnectReason.Kicked);
        await _router.LeaveAllAsync(alice);
        Assert.IsFalse(await _router.JoinAsync(alice, "too late"));
    }

    private async Task<MemoryClient[]> JoinAsync(params string[] names)
    {
        MemoryClient[] clients = await Task.WhenAll(names.Select(name => MemoryClient.CompactAsync(name)));
        _ledger.Setup(ledger => ledger.Connections).Returns(clients.Select(client => client.Connection));
        return clients;
    }
}
