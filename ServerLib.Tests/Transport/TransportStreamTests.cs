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
        transport.Feed(Pieces(TransportStream.MaxBeforeLogin));
        Assert.AreEqual(TransportStream.MaxBeforeLogin, await ReadAllAsync(transport, stream));
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
        transport.Feed(Pieces(TransportStream.MaxBeforeLogin - 99));
        Assert.AreEqual(100, await stream.ReadAsync(_buffer, CancellationToken.None));
        await ReadAllAsync(transport, stream);
        Assert.IsTrue(stream.IsLost);
    }

    [TestMethod]
    public async Task After_the_login_it_may_send_without_end()
    {
        var transport = new ScriptedTransport();
        var stream = new TransportStream(transport, default);
        stream.EndLogin();
        transport.Feed(Pieces(2 * TransportStream.MaxBeforeLogin));
        Assert.AreEqual(2 * TransportStream.MaxBeforeLogin, await ReadAllAsync(transport, stream));
        Assert.IsFalse(stream.IsLost);
    }

    [TestMethod]
    public async Task Others_have_their_turn_after_so_much_in_a_row()
    {
        var transport = new ScriptedTransport();
        var stream = new TransportStream(transport, default);
        transport.Feed(Pieces(TransportStream.MaxInARow));
        await ReadAllAsync(transport, stream);
        Assert.AreEqual(0, transport.Yields);

        // Who has waited has let others have their turn.
        Task<int> waiting = stream.ReadAsync(_buffer, CancellationToken.None).AsTask();
        Assert.AreEqual(1, transport.Yields);
        transport.Feed(Pieces(TransportStream.MaxInARow));
        await waiting;
        await ReadAllAsync(transport, stream);
        Assert.AreEqual(1, transport.Yields);

        transport.Feed(Pieces(2 * TransportStream.MaxInARow));
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
