using ServerLib.Protocol;

namespace ServerLib.Tests.Clients;

/// <summary>Reads the messages that a client receives.</summary>
internal static class Arrivals
{
    /// <summary>The next message of this kind. Others are skipped.</summary>
    public static async Task<ReceivedMessage> NextAsync(this ServerClient client, ReceivedKind kind, CancellationToken token)
    {
        await foreach (ReceivedMessage message in client.ReadAllAsync(token))
        {
            if (message.Kind == kind)
                return message;
        }

        throw new AssertFailedException($"No {kind} came before the end.");
    }

    /// <summary>Sends a ping, and has the peer answer it.</summary>
    public static async Task PingAsync(this ServerClient client, ScriptedCompactPeer peer, CancellationToken token)
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
                // Only the end matters.
            }
        });
}
