using System.Net;
using Microsoft.Extensions.Options;
using ServerLib.Messaging;
using ServerLib.Testing;

namespace ServerLib.Tests.Users;

[TestClass]
public sealed class TestConnectionTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_test_connection_is_logged_in_and_was_sent_nothing_yet()
    {
        await using TestConnection ada = await TestConnection.CreateAsync("ada");

        Assert.AreEqual("ada", ada.Connection.Alias);
        Assert.AreEqual(new IPEndPoint(IPAddress.Loopback, 1), ada.Connection.RemoteEndPoint);
        Assert.AreEqual(DisconnectReason.None, ada.Connection.Reason);
        Assert.IsEmpty(await ada.ReadSentAsync());
        await Assert.ThrowsExactlyAsync<ArgumentException>(() => TestConnection.CreateAsync("a b"));
    }

    [TestMethod]
    public async Task Everything_that_is_sent_is_kept_in_order()
    {
        await using TestConnection ada = await TestConnection.CreateAsync("ada");
        ada.Connection.TrySend("bob", "psst");
        Assert.AreEqual("Message bob: psst", $"{(await ada.ReadSentAsync()).Single()}");

        ada.Connection.SendError("not-here", "Bob is not here.", "bob");
        await ada.Connection.SendAsync("SERVER", "hello", _guard);

        IReadOnlyList<ReceivedMessage> sent = await ada.ReadSentAsync();
        CollectionAssert.AreEqual(new[] { "Error : Bob is not here.", "Message SERVER: hello" }, sent.Select(message => $"{message}").ToArray());
        Assert.AreEqual("not-here bob", $"{sent[0].Code} {sent[0].About}");
    }

    [TestMethod]
    public async Task Messages_through_a_router_arrive()
    {
        await using TestConnection ada = await TestConnection.CreateAsync("ada");
        await using TestConnection bob = await TestConnection.CreateAsync("bob");
        using var ledger = new ActiveConnectionLedger();
        ledger.Add(ada.Connection);
        ledger.Add(bob.Connection);
        var router = new LedgerMessageRouter(ledger, Options.Create(new ServerOptions()));
        Assert.IsTrue(await router.JoinAsync(bob.Connection, "friends", _guard));

        await router.SendToUserAsync("bob", "ada", new Message("psst"), _guard);
        await router.SendToGroupAsync("friends", "ada", new Message("all"), cancellationToken: _guard);
        await router.AnnounceAsync("eve", Presence.Joined, cancellationToken: _guard);

        CollectionAssert.AreEqual(
            new[] { "Direct ada: psst ", "Group ada: all friends", "Joined eve:  " },
            (await bob.ReadSentAsync()).Select(sent => $"{sent} {sent.Group}").ToArray());
        Assert.AreEqual(ReceivedKind.Joined, (await ada.ReadSentAsync()).Single().Kind);
    }

    [TestMethod]
    public async Task A_test_need_not_read_before_it_sends_more()
    {
        await using TestConnection ada = await TestConnection.CreateAsync("ada", options: new ServerOptions { Limits = { MaxQueuedBytes = 65536 } });
        string large = new('x', 60_000);
        for (int i = 0; i < 10; i++)
            Assert.AreEqual(SendOutcome.Sent, ada.Connection.TrySend("bob", large));

        Assert.HasCount(10, await ada.ReadSentAsync());
    }

    [TestMethod]
    public async Task Sent_messages_can_be_read_after_the_end()
    {
        await using TestConnection ada = await TestConnection.CreateAsync("ada");
        ada.Connection.TrySend("SERVER", "good-bye");
        ada.Connection.End(DisconnectReason.Kicked);
        Assert.AreEqual(SendOutcome.Dropped, ada.Connection.TrySend("SERVER", "too late"));

        Assert.AreEqual("good-bye", (await ada.ReadSentAsync())[0].Text);
        Assert.AreEqual(DisconnectReason.Kicked, ada.Connection.Reason);
    }
}
