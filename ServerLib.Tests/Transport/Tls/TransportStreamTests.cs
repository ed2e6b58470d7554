using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

/// <summary>How much a TLS peer may send, whatever it is.</summary>
[TestClass]
public sealed class TransportStreamTests
{
    private readonly byte[] _buffer = new byte[64 * 1024];

    [TestMethod]
    [DataRow(true, TlsInboundQuota.MaxInHandshake)]
    [DataRow(false, TlsInboundQuota.MaxBeforeLogin)]
    public async Task A_peer_that_has_not_logged_in_may_send_a_limited_number_of_bytes(bool isHandshake, int limit)
    {
        var transport = new ScriptedTransport();
        var stream = new TransportStream(transport, default);
        if (!isHandshake)
            stream.Quota.EndHandshake();
        transport.Feed(Pieces(limit));
        Assert.AreEqual(limit, await ReadAllAsync(transport, stream));
        Assert.IsFalse(stream.IsLost);

        transport.Feed(new byte[1]);
        Assert.AreEqual(0, await stream.ReadAsync(_buffer, CancellationToken.None));
        Assert.IsTrue(stream.IsLost);
        Assert.IsTrue(transport.ReceivedTooMuch);
    }

    [TestMethod]
    public async Task Bytes_read_before_TLS_began_count()
    {
        var transport = new ScriptedTransport();
        var stream = new TransportStream(transport, new byte[100]);
        stream.Quota.EndHandshake();
        transport.Feed(Pieces(TlsInboundQuota.MaxBeforeLogin - 99));
        Assert.AreEqual(100, await stream.ReadAsync(_buffer, CancellationToken.None));
        await ReadAllAsync(transport, stream);
        Assert.IsTrue(stream.IsLost);
    }

    [TestMethod]
    public async Task A_peer_that_has_logged_in_may_send_unlimited_text_and_limited_other_records()
    {
        var transport = new ScriptedTransport();
        var stream = new TransportStream(transport, default);
        stream.Quota.EndHandshake();
        transport.Feed(Pieces(TlsInboundQuota.MaxBeforeLogin));
        await ReadAllAsync(transport, stream);
        stream.Quota.EndLogin();
        for (int i = 0; i < 10; i++)
        {
            transport.Feed(Pieces(TlsInboundQuota.MaxWithoutText));
            Assert.AreEqual(TlsInboundQuota.MaxWithoutText, await ReadAllAsync(transport, stream));
            stream.Quota.CountText(1);
        }

        Assert.IsFalse(stream.IsLost);
        transport.Feed(Pieces(TlsInboundQuota.MaxWithoutText + 1));
        Assert.AreEqual(TlsInboundQuota.MaxWithoutText, await ReadAllAsync(transport, stream));
        Assert.IsTrue(stream.IsLost);
        Assert.IsTrue(transport.ReceivedTooMuch);
    }

    [TestMethod]
    public async Task Records_without_text_are_charged_in_KiB_beyond_those_before_unread_text()
    {
        var transport = new ScriptedTransport();
        var stream = new TransportStream(transport, default);
        stream.Quota.EndLogin();
        transport.Feed(Pieces(33 * 1024 - 1));
        await ReadAllAsync(transport, stream);
        Assert.AreEqual(0, stream.Quota.TakeOverhead());
        transport.Feed(Pieces(5 * 1024 + 1));
        await ReadAllAsync(transport, stream);
        Assert.AreEqual(6, stream.Quota.TakeOverhead());
        Assert.AreEqual(0, stream.Quota.TakeOverhead());

        // What turns out to be text was no overhead.
        stream.Quota.CountText(3 * 1024);
        transport.Feed(Pieces(4 * 1024));
        await ReadAllAsync(transport, stream);
        Assert.AreEqual(1, stream.Quota.TakeOverhead());
    }

    [TestMethod]
    public async Task A_peer_that_reads_no_TLS_answers_is_disconnected()
    {
        var transport = new ScriptedTransport { Room = 0 };
        var stream = new TransportStream(transport, default);
        stream.Write(new byte[TransportStream.MaxQueued + 1]);
        Assert.IsFalse(stream.IsLost);
        transport.Free(TransportStream.MaxQueued / 2 + 1);
        await transport.WhenWrittenAsync(1);
        stream.Write(new byte[TransportStream.MaxQueued / 2]);
        Assert.IsFalse(stream.IsLost);

        stream.Write(new byte[1]);
        Assert.IsTrue(stream.IsLost);
        transport.Feed(new byte[1]);
        Assert.AreEqual(0, await stream.ReadAsync(_buffer, CancellationToken.None));
    }

    [TestMethod]
    public async Task A_connection_that_sends_much_lets_others_take_turns()
    {
        var transport = new ScriptedTransport();
        var stream = new TransportStream(transport, default);
        stream.Quota.EndHandshake();
        transport.Feed(Pieces(TlsInboundQuota.MaxInARow));
        await ReadAllAsync(transport, stream);
        Assert.AreEqual(0, transport.Yields);

        // Who has waited has let others have their turn.
        Task<int> waiting = stream.ReadAsync(_buffer, CancellationToken.None).AsTask();
        Assert.AreEqual(1, transport.Yields);
        transport.Feed(Pieces(TlsInboundQuota.MaxInARow));
        await waiting;
        await ReadAllAsync(transport, stream);
        Assert.AreEqual(1, transport.Yields);

        transport.Feed(Pieces(2 * TlsInboundQuota.MaxInARow));
        await ReadAllAsync(transport, stream);
        Assert.AreEqual(3, transport.Yields);
    }

    private static ReadOnlyMemory<byte>[] Pieces(int size) =>
        [.. Enumerable.Range(0, (size + 4095) / 4096).Select(i => (ReadOnlyMemory<byte>)new byte[Math.Min(4096, size - i * 4096)])];

    /// <summary>Reads what there is.</summary>
    private async Task<int> ReadAllAsync(ScriptedTransport transport, TransportStream stream)
    {
        int total = 0;
        while (transport.Waiting > 0 && await stream.ReadAsync(_buffer, CancellationToken.None) is var count and > 0)
            total += count;
        return total;
    }
}
