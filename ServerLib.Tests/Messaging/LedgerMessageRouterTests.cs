using Microsoft.Extensions.Options;
using Moq;
using ServerLib.Messaging;
using ServerLib.Protocol;
using ServerLib.Tests.Connections;
using ServerLib.Tests.Protocol;

namespace ServerLib.Tests.Messaging;

/// <summary>The router on an application's own ledger.</summary>
[TestClass]
public sealed class LedgerMessageRouterTests
{
    private readonly Mock<IConnectionLedger> _ledger = new(MockBehavior.Strict);
    private readonly IMessageRouter _router;

    public LedgerMessageRouterTests()
    {
        _ledger.SetupGet(l => l.Database).Returns((UserIndex?)null);
        _router = new LedgerMessageRouter(_ledger.Object, Options.Create(new ServerOptions { Limits = { MaxGroupsPerConnection = 1 } }));
    }

    [TestMethod]
    public async Task SendToAllAsync_reaches_all_connections_on_the_ledger()
    {
        RecordedConnection[] clients = await JoinAsync("alice", "bob", "bob");

        Assert.AreEqual(new SendReport(2, 0, 0), await _router.SendToAllAsync("alice", new Message("hi"), except: clients[0].Connection));
        Assert.AreEqual(new SendReport(3, 0, 0), await _router.AnnounceAsync("eve", Presence.Joined));
        CollectionAssert.AreEqual(new[] { 1, 2, 2 }, clients.Select(client => client.Frames.Count).ToArray());
        CollectionAssert.AreEquivalent(new[] { "alice", "bob" }, (await _router.GetUsersAsync()).ToArray());
    }

    [TestMethod]
    public async Task SendToUserAsync_reaches_all_connections_of_the_user()
    {
        RecordedConnection[] clients = await JoinAsync("alice", "bob", "bob");
        _ledger.Setup(ledger => ledger.Find("Bob")).Returns([clients[1].Connection, clients[2].Connection]);
        _ledger.Setup(ledger => ledger.Find("eve")).Returns([]);

        Assert.AreEqual(new SendReport(2, 0, 0), await _router.SendToUserAsync("Bob", "alice", new Message("psst")));
        Assert.AreEqual(default, await _router.SendToUserAsync("eve", "alice", new Message("psst")));
        Assert.AreEqual(FrameType.DirectOut, clients[2].Frames.Single().Type);
        Assert.IsEmpty(clients[0].Frames);
    }

    [TestMethod]
    public async Task Each_connection_of_several_users_gets_a_message_once()
    {
        RecordedConnection[] clients = await JoinAsync("alice", "bob", "bob", "eve");
        _ledger.Setup(ledger => ledger.Find("alice")).Returns([clients[0].Connection]);
        _ledger.Setup(ledger => ledger.Find(It.Is<string>(name => name == "bob" || name == "Bob")))
            .Returns([clients[1].Connection, clients[2].Connection]);

        Assert.AreEqual(new SendReport(3, 0, 0), await _router.SendToUsersAsync(["bob", "alice", "Bob"], "eve", "psst"));
        CollectionAssert.AreEqual(new[] { 1, 1, 1, 0 }, clients.Select(client => client.Frames.Count).ToArray());
        Assert.AreEqual(FrameType.DirectOut, clients[0].Frames.Single().Type);
    }

    [TestMethod]
    public async Task A_router_without_SendToUsersAsync_sends_to_each_user_once()
    {
        var router = new Mock<IMessageRouter> { CallBase = true };
        router.Setup(one => one.SendToUserAsync(It.IsAny<string>(), "eve", It.IsAny<Message>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new SendReport(1, 1, 0));

        Assert.AreEqual(new SendReport(2, 2, 0), await router.Object.SendToUsersAsync(["bob", "alice", "Bob"], "eve", "psst"u8.ToArray()));
    }

    [TestMethod]
    public async Task Text_and_bytes_are_sent_as_messages()
    {
        RecordedConnection alice = (await JoinAsync("alice"))[0];
        _ledger.Setup(ledger => ledger.Find("alice")).Returns([alice.Connection]);
        await _router.JoinAsync(alice.Connection, "chess");

        await _router.SendToAllAsync("bob", "1");
        await _router.SendToAllAsync("bob", "2"u8.ToArray());
        await _router.SendToUserAsync("alice", "bob", "3");
        await _router.SendToUserAsync("alice", "bob", "4"u8.ToArray());
        await _router.SendToGroupAsync("chess", "bob", "5");
        await _router.SendToGroupAsync("chess", "bob", "6"u8.ToArray());
        Assert.AreEqual("1 2 3 4 5 6", string.Join(' ', alice.Frames.Select(frame => frame.Parts(frame.Type == FrameType.GroupOut ? 2 : 1)[^1])));
    }

    [TestMethod]
    public async Task SendToGroupAsync_reaches_the_members_without_the_ledger()
    {
        RecordedConnection[] clients = await JoinAsync("alice", "bob", "eve");
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
    public async Task JoinAsync_refuses_invalid_names_and_too_many_groups()
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

    private async Task<RecordedConnection[]> JoinAsync(params string[] names)
    {
        RecordedConnection[] clients = await Task.WhenAll(names.Select(name => RecordedConnection.CompactAsync(name)));
        _ledger.Setup(ledger => ledger.Connections).Returns(clients.Select(client => client.Connection));
        return clients;
    }
}
