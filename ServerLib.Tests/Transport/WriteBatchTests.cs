using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

/// <summary>What is gathered on the way to a peer, and when it is written.</summary>
[TestClass]
public sealed class WriteBatchTests : IAsyncDisposable
{
    private readonly ScriptedTransport _transport = new();

    public ValueTask DisposeAsync() => _transport.DisposeAsync();

    [TestMethod]
    public void Frames_of_a_batch_are_written_once_when_it_ends()
    {
        SendQueue queue = NewQueue();
        InBatch(() =>
        {
            for (int i = 0; i < 16; i++)
                Assert.AreEqual(SendOutcome.Queued, queue.Write([(byte)i], [99]));
            Assert.AreEqual(0, _transport.Writes);
        });

        Assert.AreEqual(1, _transport.Writes);
        CollectionAssert.AreEqual(Enumerable.Range(0, 16).SelectMany(i => new[] { (byte)i, (byte)99 }).ToArray(), _transport.AllWritten);
        Assert.IsNull(WriteBatch.Current);
        Assert.AreEqual(SendOutcome.Sent, queue.Write("x"u8));
    }

    [TestMethod]
    public void A_nested_batch_is_written_when_the_outer_one_ends()
    {
        SendQueue queue = NewQueue();
        InBatch(() =>
        {
            queue.Write("a"u8);
            InBatch(() => queue.Write("b"u8));
            Assert.AreEqual(0, _transport.Writes);
        });

        Assert.AreEqual(1, _transport.Writes);
    }

    [TestMethod]
    public void Gathered_frames_are_written_when_they_reach_16_KiB()
    {
        SendQueue queue = NewQueue();
        InBatch(() =>
        {
            byte[] frame = new byte[1024];
            for (int i = 0; i < 15; i++)
                queue.Write(frame);
            Assert.AreEqual(0, _transport.Writes);
            Assert.AreEqual(SendOutcome.Sent, queue.Write(frame));
            Assert.AreEqual(1, _transport.Writes);
            queue.Write("x"u8);
        });

        Assert.AreEqual(2, _transport.Writes);
    }

    [TestMethod]
    public void Another_thread_writes_gathered_frames_before_its_own_frame()
    {
        SendQueue queue = NewQueue();
        InBatch(() =>
        {
            queue.Write("first"u8);
            var thread = new Thread(() => queue.Write("second"u8));
            thread.Start();
            thread.Join();
            Assert.AreEqual(1, _transport.Writes);
        });

        Assert.AreEqual(1, _transport.Writes);
        CollectionAssert.AreEqual("firstsecond"u8.ToArray(), _transport.AllWritten);
    }

    [TestMethod]
    public void Classic_frames_are_written_one_at_a_time()
    {
        SendQueue queue = NewQueue();
        queue.KeepFrames();
        InBatch(() =>
        {
            queue.Write("one"u8);
            queue.Write("three"u8);
        });

        CollectionAssert.AreEqual(new[] { 3, 5 }, _transport.Written.Select(bytes => bytes.Length).ToArray());
    }

    [TestMethod]
    public async Task Classic_frames_stay_separate_after_a_partial_write()
    {
        _transport.Room = 2;
        SendQueue queue = NewQueue();
        queue.KeepFrames();
        Assert.AreEqual(SendOutcome.Queued, queue.Write("one"u8));
        Assert.AreEqual(SendOutcome.Queued, queue.Write("three"u8));
        _transport.Free(3);
        await _transport.WhenWrittenAsync(3);
        _transport.Free(100);
        await queue.FlushAsync(Guard.NewToken());

        CollectionAssert.AreEqual(new[] { 2, 1, 2, 3 }, _transport.Written.Select(bytes => bytes.Length).ToArray());
        CollectionAssert.AreEqual("onethree"u8.ToArray(), _transport.AllWritten);
    }

    [TestMethod]
    public async Task Bytes_that_the_peer_did_not_accept_are_written_at_once_when_it_reads()
    {
        _transport.Room = 3;
        SendQueue queue = NewQueue();
        Assert.AreEqual(SendOutcome.Queued, queue.Write("hello"u8));
        Assert.AreEqual(SendOutcome.Queued, queue.Write("wor"u8, "ld"u8));
        InBatch(() => Assert.AreEqual(SendOutcome.Queued, queue.Write("!"u8)));
        Assert.AreEqual(1, _transport.Writes);
        _transport.Free(100);
        await queue.FlushAsync(Guard.NewToken());

        CollectionAssert.AreEqual(new[] { 3, 8 }, _transport.Written.Select(bytes => bytes.Length).ToArray());
        CollectionAssert.AreEqual("helloworld!"u8.ToArray(), _transport.AllWritten);
    }

    [TestMethod]
    public void Gathered_frames_do_not_make_a_peer_a_slow_reader()
    {
        SendQueue queue = NewQueue(maxBytes: 5_000);
        InBatch(() =>
        {
            byte[] frame = new byte[2_000];
            for (int i = 0; i < 6; i++)
                Assert.AreNotEqual(SendOutcome.Dropped, queue.Write(frame));
        });

        Assert.IsFalse(queue.Overflowed);
        Assert.AreEqual(12_000, _transport.Written.Sum(bytes => bytes.Length));
    }

    [TestMethod]
    public void A_frame_larger_than_the_limit_is_written_if_nothing_is_queued()
    {
        SendQueue queue = NewQueue(maxBytes: 1_000);

        Assert.AreEqual(SendOutcome.Sent, queue.Write(new byte[5], new byte[2_000]));
        _transport.Room = 10;
        Assert.AreEqual(SendOutcome.Queued, queue.Write(new byte[2_000]));
        Assert.AreEqual(SendOutcome.Dropped, queue.Write("x"u8));
        Assert.IsTrue(queue.Overflowed);
    }

    private SendQueue NewQueue(int maxBytes = int.MaxValue) => new(_transport, maxBytes);

    /// <summary>A batch is its thread's, so it has to end with the test, whatever that comes to.</summary>
    private static void InBatch(Action send)
    {
        WriteBatch batch = WriteBatch.Open();
        try
        {
            send();
        }
        finally
        {
            batch.Close();
        }
    }
}
