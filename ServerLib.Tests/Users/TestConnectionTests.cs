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
    public async Task Is_a_user_who_has_logged_in_and_was_sent_nothing_yet()
    {
        await using var ada = new TestConnection("ada");

        Assert.AreEqual("ada", ada.Connection.Alias);
        Assert.AreEqual(new IPEndPoint(IPAddress.Loopback, 1), ada.Connection.RemoteEndPoint);
        Assert.AreEqual(DisconnectReason.None, ada.Connection.Reason);
        Assert.IsEmpty(ada.Sent);
        Assert.ThrowsExactly<ServerLibException>(() => new TestConnection("a b"));
    }

    [TestMethod]
    public async Task Keeps_all_that_is_sent_in_its_order()
    {
        await using var ada = new TestConnection("ada");
        ada.Connection.TrySend("bob", "psst");
        Assert.AreEqual("Message bob: psst", $"{ada.Sent.Single()}");

        ada.Connection.SendError("not-here", "He is not here.", "bob");
        await ada.Connection.TransmitAsync("SERVER", "hello", _guard);

        CollectionAssert.AreEqual(
            new[] { "Message bob: psst", "Error : He is not here.", "Message SERVER: hello" }, ada.Sent.Select(sent => $"{sent}").ToArray());
        Assert.AreEqual("not-here bob", $"{ada.Sent[1].Code} {ada.Sent[1].About}");
    }

    [TestMethod]
    public async Task Hears_what_goes_by_a_router_and_a_ledger()
    {
        await using var ada = new TestConnection("ada");
        await using var bob = new TestConnection("bob");
        using var ledger = new ActiveConnectionLedger();
        ledger.Add(ada.Connection);
        ledger.Add(bob.Connection);
        var router = new LedgerMessageRouter(ledger, Options.Create(new ServerOptions()));
        Assert.IsTrue(await router.JoinAsync(bob.Connection, "friends", _guard));

        await router.SendToUserAsync("bob", "ada", new Message("psst"), _guard);
        await router.SendToGroupAsync("friends", "ada", new Message("all"), cancellationToken: _guard);
        await router.AnnounceAsync("eve", Presence.Joined, cancellationToken: _guard);

        CollectionAssert.AreEqual(
            new[] { "Direct ada: psst ", "Group ada: all friends", "Joined eve:  " }, bob.Sent.Select(sent => $"{sent} {sent.Group}").ToArray());
        Assert.AreEqual(ReceivedKind.Joined, ada.Sent.Single().Kind);
    }

    [TestMethod]
    public async Task More_can_be_sent_than_a_pipe_or_a_slow_reader_may_have_waiting()
    {
        await using var ada = new TestConnection("ada", options: new ServerOptions { Limits = { MaxQueuedBytes = 65536 } });
        string large = new('x', 60_000);
        for (int i = 0; i < 10; i++)
            Assert.AreEqual(SendOutcome.Sent, ada.Connection.TrySend("bob", large));

        Assert.HasCount(10, ada.Sent);
    }

    [TestMethod]
    public async Task What_was_sent_can_be_looked_at_after_the_end()
    {
        var ada = new TestConnection("ada");
        ada.Connection.TrySend("SERVER", "good-bye");
        ada.Connection.End(DisconnectReason.Kicked);
        Assert.AreEqual(SendOutcome.Dropped, ada.Connection.TrySend("SERVER", "too late"));
        await ada.DisposeAsync();

        Assert.AreEqual("good-bye", ada.Sent.Single().Text);
        Assert.AreEqual(DisconnectReason.Kicked, ada.Connection.Reason);
    }
}
