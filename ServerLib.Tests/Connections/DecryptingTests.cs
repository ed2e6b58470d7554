using System.Security.Cryptography;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;
using ServerLib.Tests.EndToEnd;
using ServerLib.Transport;

namespace ServerLib.Tests.Connections;

/// <summary>Classic lines are decrypted in the places that there are for members' cryptography.</summary>
[TestClass]
public sealed class DecryptingTests
{
    private static readonly int Places = Math.Max(1, Environment.ProcessorCount / 2);

    // Two who take all of them would wait for each other.
    private static readonly SemaphoreSlim Turn = new(1);

    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_line_waits_for_a_place_and_is_not_lost_by_who_gives_up()
    {
        using RSA key = ClientKeys.Next();
        MemoryClient client = await MemoryClient.ClassicAsync("alice", key);
        await TakeAllPlacesAsync();
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
            GiveAllPlacesBack();
        }

        client.Transport.Feed(Line("two"));
        Assert.AreEqual("one", (await client.Connection.ReceiveAsync(_guard))?.Text);
        Assert.AreEqual("two", (await client.Connection.ReceiveAsync(_guard))?.Text);
    }

    [TestMethod]
    public async Task The_end_of_the_connection_ends_the_wait_for_a_place()
    {
        using RSA key = ClientKeys.Next();
        MemoryClient client = await MemoryClient.ClassicAsync("alice", key);
        await TakeAllPlacesAsync();
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
            GiveAllPlacesBack();
        }
    }

    [TestMethod]
    public async Task Nothing_is_read_while_somebody_else_fetches_more()
    {
        MemoryClient client = await MemoryClient.CompactAsync("alice");
        Assert.IsFalse(client.Connection.TryFill());
        client.Transport.Feed(RawFrame.Message("one").ToBytes());
        Assert.IsFalse(client.Connection.TryReceive(out _));
        Assert.IsTrue(await client.Connection.FillAsync(_guard));
        Assert.IsTrue(client.Connection.TryReceive(out Message message));
        Assert.AreEqual("one", message.Text);
    }

    /// <summary>Other tests wait for them meanwhile, a little.</summary>
    private async Task TakeAllPlacesAsync()
    {
        await Turn.WaitAsync(_guard);
        for (int i = 0; i < Places; i++)
            await CryptoConcurrencyLimiter.Members.EnterAsync(_guard);
    }

    private static void GiveAllPlacesBack()
    {
        for (int i = 0; i < Places; i++)
            CryptoConcurrencyLimiter.Members.Leave();
        Turn.Release();
    }

    private static byte[] Line(string text)
    {
        using var serverKey = RSA.Create();
        serverKey.ImportFromPem(ServerKey.Ephemeral.PublicKeyPem);
        return ClassicWire.Encrypted(serverKey, text);
    }
}
