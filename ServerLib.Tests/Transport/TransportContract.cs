using System.Security.Cryptography;
using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

/// <summary>What every kind of transport has to keep.</summary>
public abstract class TransportContract
{
    private protected CancellationToken Token { get; } = Guard.NewToken();

    private protected abstract Task<(TransportConnection Transport, Stream Peer)> OpenAsync();

    [TestMethod]
    public async Task A_read_returns_what_the_peer_wrote()
    {
        var (transport, peer) = await OpenAsync();
        await peer.WriteAsync("hello"u8.ToArray(), Token);

        Assert.AreEqual("hello", await ReadTextAsync(transport, 5));
        await transport.DisposeAsync();
    }

    [TestMethod]
    public async Task Small_reads_return_every_byte()
    {
        var (transport, peer) = await OpenAsync();
        await peer.WriteAsync("hello"u8.ToArray(), Token);

        Assert.AreEqual("hello", await ReadTextAsync(transport, 5, pieces: 2));
        await transport.DisposeAsync();
    }

    [TestMethod]
    public async Task Reads_of_any_size_return_all_bytes_in_order()
    {
        var (transport, peer) = await OpenAsync();
        byte[] sent = RandomNumberGenerator.GetBytes(300_000);
        Task writing = peer.WriteAsync(sent, Token).AsTask();
        byte[] received = new byte[sent.Length];
        int have = 0;
        for (int size = 1; have < received.Length; size = size * 3 % 40_009)
        {
            Assert.IsTrue(await transport.WaitToReadAsync(Token));
            if (transport.TryRead(received.AsSpan(have, Math.Min(size, received.Length - have)), out int count))
                have += count;
        }

        await writing;
        CollectionAssert.AreEqual(sent, received);
        await transport.DisposeAsync();
    }

    [TestMethod]
    public async Task Reading_waits_until_the_peer_has_written()
    {
        var (transport, peer) = await OpenAsync();
        ValueTask<bool> waiting = transport.WaitToReadAsync(Token);
        Assert.IsFalse(waiting.IsCompleted);

        await peer.WriteAsync("x"u8.ToArray(), Token);
        Assert.IsTrue(await waiting);
        await transport.DisposeAsync();
    }

    [TestMethod]
    public async Task A_read_returns_the_end_after_the_last_byte()
    {
        var (transport, peer) = await OpenAsync();
        await peer.WriteAsync("bye"u8.ToArray(), Token);
        await peer.DisposeAsync();

        Assert.AreEqual("bye", await ReadTextAsync(transport, 3));
        Assert.IsTrue(await transport.WaitToReadAsync(Token));
        Assert.IsTrue(transport.TryRead(new byte[8], out int count));
        Assert.AreEqual(0, count);
        await transport.DisposeAsync();
    }

    [TestMethod]
    public async Task A_wait_for_data_can_be_canceled_and_repeated()
    {
        var (transport, peer) = await OpenAsync();
        using var impatience = new CancellationTokenSource();
        ValueTask<bool> waiting = transport.WaitToReadAsync(impatience.Token);
        await impatience.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(waiting.AsTask);

        await peer.WriteAsync("later"u8.ToArray(), Token);
        Assert.AreEqual("later", await ReadTextAsync(transport, 5));
        await transport.DisposeAsync();
    }

    [TestMethod]
    public async Task Disposal_reports_a_lost_connection_to_a_waiting_reader()
    {
        var (transport, _) = await OpenAsync();
        ValueTask<bool> waiting = transport.WaitToReadAsync(Token);
        await transport.DisposeAsync();

        Assert.IsFalse(await waiting);
        Assert.IsFalse(await transport.WaitToReadAsync(Token));
        Assert.AreEqual(-1, transport.TryWrite("x"u8));
        await transport.DisposeAsync();
    }

    [TestMethod]
    public async Task A_waiting_reader_can_be_interrupted_and_wait_again()
    {
        var (transport, peer) = await OpenAsync();
        if (transport.CanInterrupt)
        {
            ValueTask<bool> waiting = transport.WaitToReadAsync(Token);
            transport.Interrupt();
            Assert.IsTrue(await waiting);
            Assert.IsFalse(transport.TryRead(new byte[8], out _));

            // One that comes between two waits is not lost.
            transport.Interrupt();
            Assert.IsTrue(await transport.WaitToReadAsync(Token));
        }

        await peer.WriteAsync("later"u8.ToArray(), Token);
        Assert.AreEqual("later", await ReadTextAsync(transport, 5));
        await transport.DisposeAsync();
    }

    [TestMethod]
    [DataRow(8 * 1024)]
    [DataRow(100_000)]
    public async Task A_write_to_a_peer_that_does_not_read_never_blocks_and_keeps_all_bytes(int size)
    {
        var (transport, peer) = await OpenAsync();
        using var sent = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var received = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] chunk = new byte[size];
        long total = 0;
        int taken;
        do
        {
            Random.Shared.NextBytes(chunk);
            taken = transport.TryWrite(chunk);
            sent.AppendData(chunk, 0, taken);
            total += taken;
        }
        while (taken > 0 && total < 256 * 1024 * 1024);
        Assert.AreEqual(0, taken);

        Task<bool> room = transport.WaitToWriteAsync(Token).AsTask();
        byte[] sink = new byte[64 * 1024];
        while (total > 0)
        {
            int count = await peer.ReadAsync(sink, Token);
            received.AppendData(sink, 0, count);
            total -= count;
        }

        CollectionAssert.AreEqual(sent.GetHashAndReset(), received.GetHashAndReset());
        Assert.IsTrue(await room);
        Assert.IsGreaterThan(0, transport.TryWrite(chunk));
        await transport.DisposeAsync();
    }

    [TestMethod]
    public async Task CompleteWriting_ends_only_the_sending_direction()
    {
        var (transport, peer) = await OpenAsync();
        Assert.AreEqual(3, transport.TryWrite("bye"u8));
        transport.CompleteWriting();

        byte[] buffer = new byte[8];
        Assert.AreEqual(3, await peer.ReadAtLeastAsync(buffer, 8, throwOnEndOfStream: false, Token));
        await peer.WriteAsync("and you"u8.ToArray(), Token);
        Assert.AreEqual("and you", await ReadTextAsync(transport, 7));
        await transport.DisposeAsync();
    }

    [TestMethod]
    public async Task CompleteWriting_follows_all_queued_frames()
    {
        var (transport, peer) = await OpenAsync();
        byte[] chunk = new byte[8 * 1024];
        long total = 0;
        while (transport.TryWrite(chunk) is var taken and > 0)
            total += taken;
        transport.CompleteWriting();

        byte[] sink = new byte[64 * 1024];
        long received = 0;
        while (await peer.ReadAsync(sink, Token) is var count and > 0)
            received += count;
        Assert.AreEqual(total, received);
        await transport.DisposeAsync();
    }

    private async Task<string> ReadTextAsync(TransportConnection transport, int length, int pieces = 64)
    {
        var text = new List<byte>();
        byte[] buffer = new byte[pieces];
        while (text.Count < length)
        {
            Assert.IsTrue(await transport.WaitToReadAsync(Token));
            if (transport.TryRead(buffer, out int count))
                text.AddRange(buffer[..count]);
        }

        return System.Text.Encoding.UTF8.GetString([.. text]);
    }
}
