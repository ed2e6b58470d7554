using ServerLib.Clients;

namespace ServerLib.Tests.Clients;

[TestClass]
public sealed class ReceiveQueueTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task AddAsync_waits_while_the_queue_holds_MaxWaitingBytes()
    {
        var queue = new ReceiveQueue(capacity: 1_000, maxBytes: 100, discards: false);
        Assert.IsTrue(AddAsync(queue, Message("a", 60)).IsCompletedSuccessfully);
        Assert.IsTrue(AddAsync(queue, Message("b", 30)).IsCompletedSuccessfully);
        Task third = AddAsync(queue, Message("c", 30));
        Assert.IsFalse(third.IsCompleted);
        Assert.IsTrue(queue.IsFull);

        Assert.AreEqual("a", await NextAsync(queue));
        await third.WaitAsync(_guard);
        Assert.IsFalse(queue.IsFull);
        Assert.AreEqual("b c", $"{await NextAsync(queue)} {await NextAsync(queue)}");
        Assert.IsTrue(AddAsync(queue, Message("d", 90)).IsCompletedSuccessfully);
    }

    [TestMethod]
    public async Task The_number_of_messages_counts_only_while_no_answer_is_awaited()
    {
        var queue = new ReceiveQueue(capacity: 1, maxBytes: 1_000, discards: false);
        await queue.AddAsync(Message("a", 10));
        Task second = AddAsync(queue, Message("b", 10));
        Assert.IsFalse(second.IsCompleted);
        queue.BeginAnswer();
        await second.WaitAsync(_guard);
        Assert.IsFalse(queue.IsFull);
        await queue.AddAsync(Message("c", 10)).AsTask().WaitAsync(_guard);

        int more = 0;
        while (AddAsync(queue, Message("d", 10)).IsCompleted)
            more++;
        Assert.IsLessThan(10, more);
        Assert.IsTrue(queue.IsFull);
        queue.EndAnswer();
        Assert.AreEqual("a", await NextAsync(queue));
    }

    [TestMethod]
    public async Task A_notice_does_not_wait_and_notices_are_bounded()
    {
        var queue = new ReceiveQueue(capacity: 2, maxBytes: 100, discards: false);
        await queue.AddAsync(Message("a", 60));
        await queue.AddAsync(Message("b", 30));
        foreach (string notice in new[] { "c", "d", "e" })
            queue.AddNotice(Message(notice, 50));
        queue.Complete(null);

        Assert.AreEqual("a b c d", string.Join(' ', await queue.ReadAllAsync(_guard).Select(message => message.Sender).ToArrayAsync(_guard)));
    }

    [TestMethod]
    public async Task Messages_are_discarded_only_if_events_are_handled_and_nobody_has_read()
    {
        var queue = new ReceiveQueue(capacity: 1, maxBytes: 1_000, discards: false);
        queue.AddHandler();
        for (char sender = 'a'; sender <= 'e'; sender++)
            await queue.AddAsync(Message($"{sender}", 400)).AsTask().WaitAsync(_guard);
        Assert.AreEqual("d", await NextAsync(queue));
        await queue.AddAsync(Message("f", 400));
        Task next = AddAsync(queue, Message("g", 400));
        Assert.IsFalse(next.IsCompleted);
        queue.RemoveHandler();

        Assert.AreEqual("e", await NextAsync(queue));
        Assert.AreEqual("f", await NextAsync(queue));
        await next.WaitAsync(_guard);
        Assert.AreEqual("g", await NextAsync(queue));
    }

    [TestMethod]
    public async Task A_message_over_the_byte_limit_waits_alone()
    {
        var queue = new ReceiveQueue(capacity: 1_000, maxBytes: 100, discards: false);
        Assert.IsTrue(AddAsync(queue, Message("a", 1)).IsCompletedSuccessfully);
        Task large = AddAsync(queue, Message("large", 1_000));
        Assert.IsFalse(large.IsCompleted);

        Assert.AreEqual("a", await NextAsync(queue));
        await large.WaitAsync(_guard);
        Assert.IsFalse(AddAsync(queue, Message("b", 1)).IsCompleted);
        Assert.AreEqual("large", await NextAsync(queue));
    }

    [TestMethod]
    public void Names_count_towards_the_byte_limit()
    {
        var queue = new ReceiveQueue(capacity: 1_000, maxBytes: 100, discards: false);
        string name = new('x', 60);
        Assert.IsTrue(AddAsync(queue, new ReceivedMessage(ReceivedKind.Joined, name)).IsCompletedSuccessfully);
        Assert.IsFalse(AddAsync(queue, new ReceivedMessage(ReceivedKind.Joined, name)).IsCompleted);
    }

    [TestMethod]
    public async Task Complete_releases_a_waiting_AddAsync_and_keeps_queued_messages()
    {
        var queue = new ReceiveQueue(capacity: 1_000, maxBytes: 100, discards: false);
        await queue.AddAsync(Message("a", 100));
        Task waiting = AddAsync(queue, Message("b", 100));
        queue.Complete(null);
        await waiting.WaitAsync(_guard);

        Assert.AreEqual("a", await NextAsync(queue));
        Assert.IsNull(await NextAsync(queue));
    }

    /// <summary>A message of this size, including its sender's name.</summary>
    private static ReceivedMessage Message(string sender, int size) =>
        new(ReceivedKind.Message, sender, new byte[Math.Max(0, size - (2 * sender.Length))]);

    private static Task AddAsync(ReceiveQueue queue, ReceivedMessage message) => queue.AddAsync(message).AsTask();

    private async Task<string?> NextAsync(ReceiveQueue queue)
    {
        await foreach (ReceivedMessage message in queue.ReadAllAsync(_guard))
            return message.Sender;
        return null;
    }
}
