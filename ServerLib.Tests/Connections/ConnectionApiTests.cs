using System.Security.Claims;
using ServerLib.Protocol;
using ServerLib.Transport;

namespace ServerLib.Tests.Connections;

[TestClass]
public sealed class ConnectionApiTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task TrySend_never_waits_and_returns_the_outcome()
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice");
        Assert.AreEqual(SendOutcome.Sent, client.Connection.TrySend("bob", "taken"));
        client.Transport.Room = 0;
        Assert.AreEqual(SendOutcome.Queued, client.Connection.TrySend("bob", "waits"));
        client.Connection.End(DisconnectReason.Kicked);
        Assert.AreEqual(SendOutcome.Dropped, client.Connection.TrySend("bob", "too late"));
    }

    [TestMethod]
    public async Task SendAsync_completes_when_the_transport_has_taken_the_message()
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice");
        client.Transport.Room = 0;
        ValueTask<bool> sending = client.Connection.SendAsync("bob", "hi", _guard);
        Assert.IsFalse(sending.IsCompleted);

        client.Transport.Free(1_000);
        Assert.IsTrue(await sending);
        CollectionAssert.AreEqual(new[] { "bob", "hi" }, client.Frames.Single().Parts(1));
    }

    [TestMethod]
    public async Task SendAsync_writes_what_a_batch_has_gathered()
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice");
        WriteBatch batch = WriteBatch.Open();
        try
        {
            client.Connection.TrySend("bob", "first");
            ValueTask<bool> sending = client.Connection.SendAsync("bob", "second", _guard);
            Assert.IsTrue(sending.IsCompleted && await sending);
            Assert.HasCount(2, client.Frames);
        }
        finally
        {
            batch.Close();
        }

        Assert.HasCount(2, client.Frames);
    }

    [TestMethod]
    public async Task SendAsync_is_false_if_the_connection_is_lost_first()
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice");
        client.Transport.Room = 0;
        ValueTask<bool> sending = client.Connection.SendAsync("bob", "hi", _guard);
        await client.Transport.DisposeAsync();
        Assert.IsFalse(await sending);
        Assert.IsFalse(await client.Connection.SendAsync("bob", "hi", _guard));
    }

    [TestMethod]
    public async Task Items_keep_what_the_application_puts_there()
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice");
        client.Connection.Items["score"] = 7;
        Assert.AreEqual(7, client.Connection.Items["score"]);
        Assert.IsEmpty((await RecordedConnection.CompactAsync("bob")).Connection.Items);
    }

    [TestMethod]
    public void User_is_named_like_the_alias_by_default()
    {
        Connection connection = new MemoryConnection().Connection;
        Assert.IsFalse(connection.User.Identity!.IsAuthenticated);

        connection.UpdateAlias("alice");
        Assert.AreEqual(("alice", true), (connection.User.Identity!.Name, connection.User.Identity.IsAuthenticated));
        ClaimsPrincipal user = connection.User;
        Assert.AreSame(user, connection.User);
        connection.UpdateAlias("bob");
        Assert.AreEqual("bob", connection.User.Identity!.Name);
    }

    [TestMethod]
    public void A_supplied_User_stays_when_the_alias_changes()
    {
        Connection connection = new MemoryConnection().Connection;
        var user = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Role, "admin")], "test"));
        connection.User = user;
        connection.UpdateAlias("alice");
        Assert.AreSame(user, connection.User);
    }

    [TestMethod]
    public async Task Dispose_closes_without_waiting_for_the_client()
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice");
        client.Connection.Dispose();
        Assert.AreEqual(DisconnectReason.ServerError, client.Connection.Reason);
        Assert.AreEqual(FrameType.Close, client.Frames.Single().Type);
        Assert.AreEqual(-1, client.Transport.TryWrite([1]));
        await client.Connection.DisposeAsync();
    }
}
