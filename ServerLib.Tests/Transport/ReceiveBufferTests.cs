using System.Net;
using ServerLib.Testing;
using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

[TestClass]
public sealed class ReceiveBufferTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task Fill_keeps_unconsumed_bytes_and_grows_the_buffer()
    {
        var pair = new PipePair();
        PipeConnection transport = On(pair);
        var buffer = new ReceiveBuffer(transport);
        byte[] bytes = new byte[100_000];
        Random.Shared.NextBytes(bytes);
        await pair.Client.Output.WriteAsync(bytes, _guard);

        Assert.AreEqual(FillOutcome.Filled, await FillAsync(transport, buffer));
        buffer.Consume(10);
        while (buffer.Unread.Length < bytes.Length - 10)
            Assert.AreEqual(FillOutcome.Filled, await FillAsync(transport, buffer));
        CollectionAssert.AreEqual(bytes[10..], buffer.Unread.ToArray());
    }

    [TestMethod]
    public async Task Fill_distinguishes_an_end_from_a_lost_connection()
    {
        var ended = new PipePair();
        await ended.Client.Output.CompleteAsync();
        var lost = new PipePair();
        await lost.Client.Output.CompleteAsync(new IOException());

        PipeConnection transport = On(ended);
        Assert.AreEqual(FillOutcome.Ended, await FillAsync(transport, new ReceiveBuffer(transport)));
        Assert.IsFalse(await On(lost).WaitToReadAsync(_guard));
    }

    [TestMethod]
    public async Task Consumed_bytes_stay_valid_until_the_next_fill()
    {
        var pair = new PipePair();
        PipeConnection transport = On(pair);
        var buffer = new ReceiveBuffer(transport);
        await pair.Client.Output.WriteAsync("hello"u8.ToArray(), _guard);
        await FillAsync(transport, buffer);

        ReadOnlyMemory<byte> unread = buffer.Unread;
        buffer.Consume(5);
        Assert.IsTrue(unread.Span.SequenceEqual("hello"u8));
        Assert.IsTrue(buffer.Unread.IsEmpty);
    }

    [TestMethod]
    public async Task Held_bytes_stay_valid_over_several_fills()
    {
        var pair = new PipePair();
        PipeConnection transport = On(pair);
        var buffer = new ReceiveBuffer(transport);
        await pair.Client.Output.WriteAsync("hello"u8.ToArray(), _guard);
        await FillAsync(transport, buffer);
        ReadOnlyMemory<byte> body = buffer.Unread;
        buffer.Consume(5);
        buffer.Hold();

        await pair.Client.Output.WriteAsync(new byte[50_000], _guard);
        while (buffer.Unread.Length < 50_000)
        {
            buffer.ReleaseIfEmpty();
            await FillAsync(transport, buffer);
        }

        Assert.IsTrue(body.Span.SequenceEqual("hello"u8));
        buffer.Unhold();
        Assert.AreEqual(50_000, buffer.Unread.Length);
    }

    private static PipeConnection On(PipePair pair) => new(pair.Server, new IPEndPoint(IPAddress.Loopback, 0));

    private async Task<FillOutcome> FillAsync(PipeConnection transport, ReceiveBuffer buffer)
    {
        Assert.IsTrue(await transport.WaitToReadAsync(_guard));
        return buffer.Fill();
    }
}
