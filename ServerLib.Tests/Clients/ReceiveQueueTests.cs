using ServerLib.Clients;

namespace ServerLib.Tests.Clients;

[TestClass]
public sealed class ReceiveQueueTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task AddAsync_waits_while_the_queue_holds_MaxWaitingBytes()
    {
        var inbox = new ReceiveQueue(capacity: 1_000, maxBytes: 100, discards: false);
        Assert.IsTrue(AddAsync(inbox, Message("a", 60)).IsCompletedSuccessfully);
        Assert.IsTrue(AddAsync(inbox, Message("b", 30)).IsCompletedSuccessfully);
        Task third = AddAsync(inbox, Message("c", 30));
        Assert.IsFalse(third.IsCompleted);
        Assert.IsTrue(inbox.IsFull);

        Assert.AreEqual("a", await NextAsync(inbox));
        await third.WaitAsync(_guard);
        Assert.IsFalse(inbox.IsFull);
        Assert.AreEqual("b c", $"{await NextAsync(inbox)} {await NextAsync(inbox)}");
        Assert.IsTrue(AddAsync(inbox, Message("d", 90)).IsCompletedSuccessfully);
    }

    [TestMethod]
    public async Task A_message_over_the_byte_limit_waits_alone()
    {
        var inbox = new ReceiveQueue(capacity: 1_000, maxBytes: 100, discards: false);
        Assert.IsTrue(AddAsync(inbox, Message("a", 1)).IsCompletedSuccessfully);
        Task large = AddAsync(inbox, Message("large", 1_000));
        Assert.IsFalse(large.IsCompleted);

        Assert.AreEqual("a", await NextAsync(inbox));
        await large.WaitAsync(_guard);
        Assert.IsFalse(AddAsync(inbox, Message("b", 1)).IsCompleted);
        Assert.AreEqual("large", await NextAsync(inbox));
    }

    [TestMethod]
    public void Names_count_towards_the_byte_limit()
    {
        var inbox = new ReceiveQueue(capacity: 1_000, maxBytes: 100, discards: false);
        string name = new('x', 60);
        Assert.IsTrue(AddAsync(inbox, new ReceivedMessage(ReceivedKind.Joined, name)).IsCompletedSuccessfully);
        Assert.IsFalse(AddAsync(inbox, new ReceivedMessage(ReceivedKind.Joined, name)).IsCompleted);
    }

    [TestMethod]
    public async Task Complete_releases_a_waiting_AddAsync_and_keeps_queued_messages()
    {
        var inbox = new ReceiveQueue(capacity: 1_000, maxBytes: 100, discards: false);
        await inbox.AddAsync(Message("a", 100));
        Task waiting = AddAsync(inbox, Message("b", 100));
        inbox.Complete(null);
        await waiting.WaitAsync(_guard);

        Assert.AreEqual("a", await NextAsync(inbox));
        Assert.IsNull(await NextAsync(inbox));
    }

    /// <summary>One that takes about so many bytes, its sender's name among them.</summary>
    private static ReceivedMessage Message(string sender, int size) =>
        new(ReceivedKind.Message, sender, new byte[Math.Max(0, size - (2 * sender.Length))]);

    private static Task AddAsync(ReceiveQueue inbox, ReceivedMessage message) => inbox.AddAsync(message).AsTask();

    private async Task<string?> NextAsync(ReceiveQueue inbox)
    {
        await foreach (ReceivedMessage message in inbox.ReadAllAsync(_guard))
            return message.Sender;
        return null;
    }
}
