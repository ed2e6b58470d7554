using ServerLib.Connections;
using ServerLib.Messaging;
using ServerLib.Protocol;
using ServerLib.Tests.Connections;
using ServerLib.Tests.EndToEnd;
using ServerLib.Tests.Protocol;

namespace ServerLib.Tests.Messaging;

[TestClass]
public sealed class BroadcasterTests
{
    private readonly MemberSet _members = new();
    private readonly Broadcaster _broadcaster = new(index: null);

    [TestMethod]
    [DataRow(3)]
    [DataRow(511)]
    [DataRow(512)]
    [DataRow(3_000)]
    public async Task Every_member_gets_a_message_once_and_is_counted_once(int size)
    {
        List<RecordedConnection> clients = await FillAsync(size);
        clients[1].Connection.End(DisconnectReason.Kicked);
        clients[2].Transport.Room = 1;
        _members.Remove(clients[0].Connection);

        SendReport report = await SendAsync(new Message("hi"), except: null);
        Assert.AreEqual(new SendReport(size - 3, 1, 1), report);
        for (int i = 3; i < size; i++)
            CollectionAssert.AreEqual(new[] { "bob", "hi" }, clients[i].Frames.Single().Parts(1));
        Assert.AreEqual((0, 0, 1), (clients[0].Transport.Writes, clients[1].Transport.Writes, clients[2].Transport.Writes));
    }

    [TestMethod]
    public async Task A_large_broadcast_uses_all_cores()
    {
        List<RecordedConnection> clients = await FillAsync(512);
        int here = 0;
        var others = new TaskCompletionSource();
        foreach (RecordedConnection client in clients)
            client.Transport.OnWrite = Meet;

        SendReport report = await Task.Run(() => SendAsync(new Message("hi"), except: null).AsTask());
        Assert.AreEqual(512, report.Sent);

        // The first write waits for a second one. With one thread it would wait forever.
        void Meet()
        {
            if (Interlocked.Increment(ref here) == 2)
                others.SetResult();
            others.Task.Wait(Guard.NewToken());
        }
    }

    [TestMethod]
    public async Task The_excepted_connection_gets_nothing_and_is_not_counted()
    {
        List<RecordedConnection> clients = await FillAsync(600);

        Assert.AreEqual(599, (await SendAsync(new Message("hi"), clients[300].Connection)).Sent);
        Assert.AreEqual(0, clients[300].Transport.Writes);
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(70)]
    public async Task Each_classic_recipient_gets_its_own_encryption(int size)
    {
        using var key = ClientKeys.Next();
        List<RecordedConnection> compact = await FillAsync(10);
        RecordedConnection[] classic = await Task.WhenAll(Enumerable.Range(0, size).Select(i => RecordedConnection.ClassicAsync($"c{i}", key)));
        foreach (RecordedConnection client in classic)
            _members.Add(client.Connection);

        SendReport report = await SendAsync(new Message("hi"), except: null);
        Assert.AreEqual(new SendReport(10 + size, 0, 0), report);
        foreach (RecordedConnection client in classic)
            Assert.AreEqual("bob: hi", client.Texts(key).Single());
        Assert.IsTrue(compact.TrueForAll(client => client.Frames.Count == 1));
    }

    [TestMethod]
    public async Task Classic_recipients_of_a_binary_message_are_counted_as_unreadable()
    {
        using var key = ClientKeys.Next();
        await FillAsync(3);
        RecordedConnection classic = await RecordedConnection.ClassicAsync("eve", key);
        _members.Add(classic.Connection);

        Assert.AreEqual(new SendReport(3, 0, 1) { Unreadable = 1 }, await SendAsync(new Message(new byte[] { 0xFF }), except: null));
        Assert.AreEqual(0, classic.Transport.Writes);
    }

    private async ValueTask<SendReport> SendAsync(Message message, Connection? except)
    {
        using OutgoingMessage outgoing = OutgoingMessage.ToRoom("bob", message);
        return await _broadcaster.SendAsync(_members, outgoing, except);
    }

    private async Task<List<RecordedConnection>> FillAsync(int size)
    {
        var clients = new List<RecordedConnection>();
        for (int i = 0; i < size; i++)
        {
            clients.Add(await RecordedConnection.CompactAsync($"user{i}"));
            _members.Add(clients[i].Connection);
        }

        return clients;
    }
}
