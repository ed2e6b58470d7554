using System.Net;
using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

[TestClass]
public sealed class ReceiveBufferTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task Fill_keeps_what_is_not_consumed_and_grows_as_it_must()
    {
        var pair = new PipePair(new System.IO.Pipelines.PipeOptions(pauseWriterThreshold: 0));
        var buffer = new ReceiveBuffer(new PipeConnection(pair.Server, new IPEndPoint(IPAddress.Loopback, 0)));
        byte[] bytes = new byte[100_000];
        Random.Shared.NextBytes(bytes);
        await pair.Client.Output.WriteAsync(bytes, _guard);

        Assert.AreEqual(FillOutcome.Filled, await buffer.FillAsync(_guard));
        buffer.Consume(10);
        while (buffer.Unread.Length < bytes.Length - 10)
            Assert.AreEqual(FillOutcome.Filled, await buffer.FillAsync(_guard));
        CollectionAssert.AreEqual(bytes[10..], buffer.Unread.ToArray());
    }

    [TestMethod]
    public async Task Fill_tells_an_end_from_a_loss()
    {
        var ended = new PipePair();
        await ended.Client.Output.CompleteAsync();
        var lost = new PipePair();
        await lost.Client.Output.CompleteAsync(new IOException());

        Assert.AreEqual(FillOutcome.Ended, await FillAsync(ended));
        Assert.AreEqual(FillOutcome.Lost, await FillAsync(lost));

        async Task<FillOutcome> FillAsync(PipePair pair) =>
            await new ReceiveBuffer(new PipeConnection(pair.Server, new IPEndPoint(IPAddress.Loopback, 0))).FillAsync(_guard);
    }

    [TestMethod]
    public async Task Consumed_bytes_stay_valid_until_the_next_fill()
    {
        var pair = new PipePair();
        var buffer = new ReceiveBuffer(new PipeConnection(pair.Server, new IPEndPoint(IPAddress.Loopback, 0)));
        await pair.Client.Output.WriteAsync("hello"u8.ToArray(), _guard);
        await buffer.FillAsync(_guard);

        ReadOnlyMemory<byte> unread = buffer.Unread;
        buffer.Consume(5);
        Assert.IsTrue(unread.Span.SequenceEqual("hello"u8));
        Assert.IsTrue(buffer.Unread.IsEmpty);
    }
}
