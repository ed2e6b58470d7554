using System.Security.Cryptography;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;
using ServerLib.Tests.EndToEnd;
using ServerLib.Transport;

namespace ServerLib.Tests.Connections;

/// <summary>Each decryption of a classic message takes a slot of the <see cref="CryptoConcurrencyLimiter"/>.</summary>
[TestClass]
public sealed class DecryptingTests
{
    private static readonly int Slots = Math.Max(1, Environment.ProcessorCount / 2);

    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_message_that_waits_for_a_slot_is_not_lost_when_the_read_is_canceled()
    {
        using RSA key = ClientKeys.Next();
        RecordedConnection client = await RecordedConnection.ClassicAsync("alice", key);
        await TakeAllSlotsAsync(client.Connection.Settings.Cryptography);
        try
        {
            client.Transport.Feed(Line("one"));
            using var impatient = new CancellationTokenSource();
            Task<Message?> given = client.Connection.ReceiveAsync(impatient.Token).AsTask();
            Assert.IsFalse(given.IsCompleted);
            await impatient.CancelAsync();
            await Assert.ThrowsAsync<OperationCanceledException>(() => given);
            Assert.IsFalse(client.Connection.TryReceive(out _));
        }
        finally
        {
            ReleaseAllSlots(client.Connection.Settings.Cryptography);
        }

        client.Transport.Feed(Line("two"));
        Assert.AreEqual("one", (await client.Connection.ReceiveAsync(_guard))?.Text);
        Assert.AreEqual("two", (await client.Connection.ReceiveAsync(_guard))?.Text);
    }

    [TestMethod]
    public async Task The_end_of_the_connection_ends_the_wait_for_a_slot()
    {
        using RSA key = ClientKeys.Next();
        RecordedConnection client = await RecordedConnection.ClassicAsync("alice", key);
        await TakeAllSlotsAsync(client.Connection.Settings.Cryptography);
        try
        {
            client.Transport.Feed(Line("one"));
            Task<Message?> waiting = client.Connection.ReceiveAsync(_guard).AsTask();
            Assert.IsFalse(waiting.IsCompleted);
            client.Connection.End(DisconnectReason.Kicked);
            Assert.IsNull(await waiting);
        }
        finally
        {
            ReleaseAllSlots(client.Connection.Settings.Cryptography);
        }
    }

    [TestMethod]
    public async Task Nothing_is_read_while_somebody_else_fetches_more()
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice");
        Assert.IsFalse(client.Connection.Reader.TryFill());
        client.Transport.Feed(RawFrame.Message("one").ToBytes());
        Assert.IsFalse(client.Connection.TryReceive(out _));
        Assert.IsTrue(await client.Connection.Reader.FillAsync(_guard));
        Assert.IsTrue(client.Connection.TryReceive(out Message message));
        Assert.AreEqual("one", message.Text);
    }

    private async Task TakeAllSlotsAsync(CryptoConcurrencyLimiter limiter)
    {
        for (int i = 0; i < Slots; i++)
            await limiter.AcquireAsync(_guard);
    }

    private static void ReleaseAllSlots(CryptoConcurrencyLimiter limiter)
    {
        for (int i = 0; i < Slots; i++)
            limiter.Release();
    }

    private static byte[] Line(string text)
    {
        using var serverKey = RSA.Create();
        serverKey.ImportFromPem(ServerKey.Ephemeral.PublicKeyPem);
        return ClassicWire.Encrypted(serverKey, text);
    }
}
