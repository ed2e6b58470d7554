using System.Text;
using ServerLib.Messaging;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;
using ServerLib.Tests.Connections;
using ServerLib.Tests.Passwords;
using ServerLib.Tests.Protocol;

namespace ServerLib.Tests.Messaging;

[TestClass]
public sealed class BroadcastCoalescerTests
{
    private const int Size = 600;

    private readonly UserIndex _index = new();
    private readonly Broadcaster _broadcaster;
    private readonly List<RecordedConnection> _clients = [];

    public BroadcastCoalescerTests() => _broadcaster = new Broadcaster(_index);

    [TestMethod]
    public async Task Messages_that_come_during_a_broadcast_share_one_write_in_order()
    {
        await FillAsync(Size);
        using var gate = new Gate(_clients[0]);
        Task<SendReport> first = Task.Run(() => SendAsync("1").AsTask());
        await gate.Reached;
        Task<SendReport>[] others = [SendAsync("2").AsTask(), SendAsync("3", _clients[5].Connection).AsTask(), SendAsync("4").AsTask()];
        Assert.IsFalse(others.Any(task => task.IsCompleted));

        gate.Open();
        Assert.AreEqual(new SendReport(Size, 0, 0), await first);
        Assert.AreEqual(new SendReport(Size, 0, 0), await others[0]);
        Assert.AreEqual(new SendReport(Size - 1, 0, 0), await others[1]);
        Assert.AreEqual(new SendReport(Size, 0, 0), await others[2]);
        Assert.AreEqual("1 2 4", Received(_clients[5]));
        foreach (RecordedConnection client in _clients.Where(client => client != _clients[5]))
            Assert.AreEqual(("1 2 3 4", 2), (Received(client), client.Transport.Writes));
    }

    [TestMethod]
    public async Task A_message_that_not_every_client_accepts_is_written_alone()
    {
        await FillAsync(Size);
        using var gate = new Gate(_clients[0]);
        Task<SendReport> first = Task.Run(() => SendAsync("1").AsTask());
        await gate.Reached;
        string large = new('x', 4_096);
        Task<SendReport>[] others = [SendAsync("2").AsTask(), SendAsync(large).AsTask(), SendAsync("4").AsTask(), SendAsync("5").AsTask()];

        gate.Open();
        await Task.WhenAll([first, .. others]);
        Assert.AreEqual(($"1 2 {large} 4 5", 4), (Received(_clients[1]), _clients[1].Transport.Writes));
    }

    [TestMethod]
    public async Task A_connection_that_joins_meanwhile_gets_only_later_messages()
    {
        await FillAsync(Size);
        using var gate = new Gate(_clients[0]);
        Task<SendReport> first = Task.Run(() => SendAsync("1").AsTask());
        await gate.Reached;
        Task<SendReport> before = SendAsync("2").AsTask();
        await FillAsync(1);
        Task<SendReport> after = SendAsync("3").AsTask();

        gate.Open();
        Assert.AreEqual((Size, Size, Size + 1), ((await first).Sent, (await before).Sent, (await after).Sent));
        Assert.AreEqual("3", Received(_clients[Size]));
        Assert.AreEqual("1 2 3", Received(_clients[1]));
    }

    [TestMethod]
    public async Task The_messages_of_each_of_many_senders_arrive_in_order()
    {
        const int Senders = 8, Messages = 20;
        await FillAsync(Size);
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
        {
            for (int i = 0; i < Messages; i++)
                Assert.AreEqual(Size, (await SendAsync($"{sender}:{i}")).Sent);
        })));

        foreach (RecordedConnection client in _clients)
        {
            string[] received = Received(client).Split(' ');
            Assert.HasCount(Senders * Messages, received);
            for (int sender = 0; sender < Senders; sender++)
            {
                CollectionAssert.AreEqual(
                    Enumerable.Range(0, Messages).Select(i => $"{sender}:{i}").ToArray(),
                    received.Where(text => text.StartsWith($"{sender}:", StringComparison.Ordinal)).ToArray());
            }
        }
    }

    [TestMethod]
    public async Task Gathered_messages_make_no_write_larger_than_16_KiB()
    {
        await FillAsync(Size);
        using var gate = new Gate(_clients[0]);
        Task<SendReport> first = Task.Run(() => SendAsync("1").AsTask());
        await gate.Reached;
        string large = new('x', 4_000);
        Task<SendReport>[] others = [.. Enumerable.Range(0, 5).Select(_ => SendAsync(large).AsTask())];

        gate.Open();
        await Task.WhenAll([first, .. others]);
        CollectionAssert.AreEqual(
            new[] { 1, 4, 1 }, _clients[1].Transport.Written.Select(bytes => RawFrame.Split(bytes).Count).ToArray());
    }

    private static string Received(RecordedConnection client) =>
        string.Join(' ', client.Frames.Select(frame => frame.Parts(1)[1]));

    private async ValueTask<SendReport> SendAsync(string text, Connection? except = null)
    {
        using OutgoingMessage outgoing = OutgoingMessage.ToRoom("bob", new Message(Encoding.UTF8.GetBytes(text)));
        return await _broadcaster.SendAsync(_index.All, outgoing, except);
    }

    private async Task FillAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            RecordedConnection client = await RecordedConnection.CompactAsync($"user{_clients.Count}");
            _clients.Add(client);
            _index.Add(client.Connection);
        }
    }

    /// <summary>Blocks the first write to a client.</summary>
    private sealed class Gate : IDisposable
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _open = new();

        public Gate(RecordedConnection client) => client.Transport.OnWrite = () =>
        {
            _reached.TrySetResult();
            _open.Wait(Guard.NewToken());
        };

        public Task Reached => _reached.Task.WaitAsync(Guard.NewToken());

        public void Open() => _open.Set();

        public void Dispose()
        {
            Open();
            _open.Dispose();
        }
    }
}
