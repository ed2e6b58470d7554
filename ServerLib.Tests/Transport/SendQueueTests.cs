using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using ServerLib.Testing;
using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

[TestClass]
public sealed class SendQueueTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task Send_writes_at_once_if_nothing_is_queued()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        var queue = new SendQueue(new SocketConnection(pair.Server, TimeSpan.Zero).Opened(), maxBytes: 1);

        Assert.AreEqual(SendOutcome.Sent, queue.Write("hello"u8));
        Assert.IsFalse(queue.Overflowed);
        byte[] buffer = new byte[5];
        Assert.AreEqual(5, await pair.Client.ReceiveAsync(buffer, _guard));
    }

    [TestMethod]
    public async Task Send_to_a_slow_reader_keeps_all_frames_in_order()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        var queue = new SendQueue(new SocketConnection(pair.Server, TimeSpan.Zero).Opened(), maxBytes: int.MaxValue);
        byte[] frame = new byte[1_000];
        int frames = 0;
        for (int queued = 0; queued < 500; frames++)
        {
            BitConverter.TryWriteBytes(frame, frames);
            if (queue.Write(frame) == SendOutcome.Queued)
                queued++;
        }

        using var stream = new NetworkStream(pair.Client);
        for (int i = 0; i < frames; i++)
        {
            await stream.ReadExactlyAsync(frame, _guard);
            Assert.AreEqual(i, BitConverter.ToInt32(frame));
        }

        await queue.FlushAsync(_guard);
        Assert.AreEqual(SendOutcome.Sent, queue.Write(frame));
    }

    [TestMethod]
    public async Task Send_over_the_limit_reports_an_overflow_once_and_then_drops_frames()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        var queue = new SendQueue(new SocketConnection(pair.Server, TimeSpan.Zero).Opened(), maxBytes: 10_000);
        byte[] frame = new byte[1_000];
        SendOutcome outcome = default;
        for (int i = 0; i < 1_000_000 && outcome != SendOutcome.Dropped; i++)
            outcome = queue.Write(frame);

        Assert.IsTrue(queue.Overflowed);
        Assert.AreEqual(SendOutcome.Dropped, outcome);
        Assert.AreEqual(SendOutcome.Dropped, queue.Write("x"u8));
    }

    [TestMethod]
    public async Task Send_and_flush_on_a_lost_connection_return_at_once()
    {
        var pair = new PipePair(PipeOptions.Default);
        var transport = new PipeConnection(pair.Server, new IPEndPoint(IPAddress.Loopback, 0));
        var queue = new SendQueue(transport, maxBytes: 100_000);
        byte[] frame = new byte[70_000];
        queue.Write(frame);
        Assert.AreEqual(SendOutcome.Queued, queue.Write("waits"u8));

        await transport.DisposeAsync();
        await queue.FlushAsync(_guard);
        Assert.AreEqual(SendOutcome.Dropped, queue.Write("x"u8));
    }

    [TestMethod]
    public async Task Concurrent_senders_do_not_mix_their_frames()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        var queue = new SendQueue(new SocketConnection(pair.Server, TimeSpan.Zero).Opened(), maxBytes: int.MaxValue);
        const int Senders = 8, Each = 2_000, Size = 500;
        Task sending = Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(() =>
        {
            byte[] frame = new byte[Size];
            Array.Fill(frame, (byte)sender);
            for (int i = 0; i < Each; i++)
                queue.Write(frame);
        })));

        using var stream = new NetworkStream(pair.Client);
        byte[] received = new byte[Size];
        for (int i = 0; i < Senders * Each; i++)
        {
            await stream.ReadExactlyAsync(received, _guard);
            Assert.AreEqual(-1, received.AsSpan().IndexOfAnyExcept(received[0]));
        }

        await sending;
    }
}
