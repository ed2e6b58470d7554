using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

/// <summary>How much a TLS peer may send, whatever it is.</summary>
[TestClass]
public sealed class TransportStreamTests
{
    private readonly byte[] _buffer = new byte[64 * 1024];

    [TestMethod]
    public async Task Before_the_login_a_peer_may_send_so_much_and_no_more()
    {
        var transport = new ScriptedTransport();
        var stream = new TransportStream(transport, default);
        stream.Intake.EndHandshake();
        transport.Feed(Pieces(TlsInboundQuota.MaxBeforeLogin));
        Assert.AreEqual(TlsInboundQuota.MaxBeforeLogin, await ReadAllAsync(transport, stream));
        Assert.IsFalse(stream.IsLost);

        transport.Feed(new byte[1]);
        Assert.AreEqual(0, await stream.ReadAsync(_buffer, CancellationToken.None));
        Assert.IsTrue(stream.IsLost);
        Assert.IsTrue(transport.SaidTooMuch);
    }

    [TestMethod]
    public async Task In_the_handshake_it_may_send_less()
    {
        var transport = new ScriptedTransport();
        var stream = new TransportStream(transport, default);
        transport.Feed(Pieces(TlsInboundQuota.MaxInHandshake));
        Assert.AreEqual(TlsInboundQuota.MaxInHandshake, await ReadAllAsync(transport, stream));
        Assert.IsFalse(stream.IsLost);

        transport.Feed(new byte[1]);
        Assert.AreEqual(0, await stream.ReadAsync(_buffer, CancellationToken.None));
        Assert.IsTrue(stream.IsLost);
        Assert.IsTrue(transport.SaidTooMuch);
    }

    [TestMethod]
    public async Task What_was_read_before_TLS_began_counts()
    {
        var transport = new ScriptedTransport();
        var stream = new TransportStream(transport, new byte[100]);
        stream.Intake.EndHandshake();
        transport.Feed(Pieces(TlsInboundQuota.MaxBeforeLogin - 99));
        Assert.AreEqual(100, await stream.ReadAsync(_buffer, CancellationToken.None));
        await ReadAllAsync(transport, stream);
        Assert.IsTrue(stream.IsLost);
    }

    [TestMethod]
    public async Task After_the_login_it_may_send_text_without_end_and_so_much_that_is_none()
    {
        var transport = new ScriptedTransport();
        var stream = new TransportStream(transport, default);
        stream.Intake.EndHandshake();
        transport.Feed(Pieces(TlsInboundQuota.MaxBeforeLogin));
        await ReadAllAsync(transport, stream);
        stream.Intake.EndLogin();
        for (int i = 0; i < 10; i++)
        {
            transport.Feed(Pieces(TlsInboundQuota.MaxWithoutText));
            Assert.AreEqual(TlsInboundQuota.MaxWithoutText, await ReadAllAsync(transport, stream));
            stream.Intake.CountText(1);
        }

        Assert.IsFalse(stream.IsLost);
        transport.Feed(Pieces(TlsInboundQuota.MaxWithoutText + 1));
        Assert.AreEqual(TlsInboundQuota.MaxWithoutText, await ReadAllAsync(transport, stream));
        Assert.IsTrue(stream.IsLost);
        Assert.IsTrue(transport.SaidTooMuch);
    }

    [TestMethod]
    public async Task What_is_no_text_is_told_in_KiB_once_it_is_more_than_may_have_come_before_its_text_is_read()
    {
        var transport = new ScriptedTransport();
        var stream = new TransportStream(transport, default);
        stream.Intake.EndLogin();
        transport.Feed(Pieces(33 * 1024 - 1));
        await ReadAllAsync(transport, stream);
        Assert.AreEqual(0, stream.Intake.TakeOverhead());
        transport.Feed(Pieces(5 * 1024 + 1));
        await ReadAllAsync(transport, stream);
        Assert.AreEqual(6, stream.Intake.TakeOverhead());
        Assert.AreEqual(0, stream.Intake.TakeOverhead());

        // What turns out to be text was no overhead.
        stream.Intake.CountText(3 * 1024);
        transport.Feed(Pieces(4 * 1024));
        await ReadAllAsync(transport, stream);
        Assert.AreEqual(1, stream.Intake.TakeOverhead());
    }

    [TestMethod]
    public async Task Who_reads_nothing_and_makes_TLS_answer_is_lost_once_so_much_waits()
    {
        var transport = new ScriptedTransport { Room = 0 };
        var stream = new TransportStream(transport, default);
        stream.Write(new byte[NonBlockingWriter.MaxKept + 1]);
        Assert.IsFalse(stream.IsLost);
        transport.Free(NonBlockingWriter.MaxKept / 2 + 1);
        while (transport.Room > 0)
            await Task.Yield();
        stream.Write(new byte[NonBlockingWriter.MaxKept / 2]);
        Assert.IsFalse(stream.IsLost);

        stream.Write(new byte[1]);
        Assert.IsTrue(stream.IsLost);
        transport.Feed(new byte[1]);
        Assert.AreEqual(0, await stream.ReadAsync(_buffer, CancellationToken.None));
    }

    [TestMethod]
    public async Task Others_have_their_turn_after_so_much_in_a_row()
    {
        var transport = new ScriptedTransport();
        var stream = new TransportStream(transport, default);
        stream.Intake.EndHandshake();
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
