using ServerLib.Protocol;

namespace ServerLib.Tests.Clients;

/// <summary>Reads what arrives, one after the other.</summary>
internal static class Arrivals
{
    /// <summary>The next message of a kind; what is of another kind is skipped.</summary>
    public static async Task<ReceivedMessage> NextAsync(this ServerClient client, ReceivedKind kind, CancellationToken token)
    {
        await foreach (ReceivedMessage message in client.ReadAllAsync(token))
        {
            if (message.Kind == kind)
                return message;
        }

        throw new AssertFailedException($"No {kind} came before the end.");
    }

    /// <summary>A ping, and its answer.</summary>
    public static async Task PingAsync(this ServerClient client, ScriptedPeer peer, CancellationToken token)
    {
        Task<TimeSpan> ping = client.PingAsync(token);
        (FrameType type, byte[] payload) = await peer.ReadAsync();
        Assert.AreEqual(FrameType.Ping, type);
        await peer.WriteAsync(FrameType.Pong, payload);
        await ping;
    }

    /// <summary>Why the connection ended.</summary>
    public static Task<ServerClientException> EndAsync(this ServerClient client, CancellationToken token) =>
        Assert.ThrowsAsync<ServerClientException>(async () =>
        {
            await foreach (ReceivedMessage message in client.ReadAllAsync(token))
            {
                // What comes before the end is not asked for here.
            }
        });
}
