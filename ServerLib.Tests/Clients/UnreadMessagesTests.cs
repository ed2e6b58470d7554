using System.Net;
using System.Net.Sockets;
using ServerLib.Protocol;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Clients;

/// <summary>The client whose application does not read its messages.</summary>
[TestClass]
public sealed class UnreadMessagesTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_client_whose_messages_are_not_read_stops_receiving_and_loses_nothing()
    {
        using var server = new ScriptedServer();
        ServerClientOptions options = server.Options;
        (options.MaxWaitingMessages, options.MaxWaitingBytes) = (2, 1_000);
        (ServerClient client, ScriptedCompactPeer peer) = await server.ConnectAsync(options, _guard);
        await using ServerClient disposed = client;
        using ScriptedCompactPeer closed = peer;
        for (byte i = 0; i < 50; i++)
            await peer.WriteAsync(FrameType.MessageOut, [1, (byte)'a', i]);
        Task<TimeSpan> ping = client.PingAsync(_guard);
        await peer.ReadAsync();
        await peer.WriteAsync(FrameType.Pong, [0, 0, 0, 1]);
        Assert.IsFalse(ping.IsCompleted);

        for (byte i = 0; i < 50; i++)
            Assert.AreEqual(i, (await client.NextAsync(ReceivedKind.Message, _guard)).Body.Span[0]);
        await ping;
    }

    [TestMethod]
    public async Task An_answer_behind_5000_unread_messages_arrives()
    {
        await using ScriptedSession session = await ScriptedSession.StartAsync(_guard);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        Task writing = Task.Run(async () =>
        {
            for (int i = 0; i < 5_000; i++)
                await peer.WriteAsync(FrameType.MessageOut, [1, (byte)'a', (byte)i]);
        });
        await client.NextAsync(ReceivedKind.Message, _guard);
        Task<TimeSpan> ping = client.PingAsync(_guard);
        await writing;
        await peer.ReadAsync();
        await peer.WriteAsync(FrameType.Pong, [0, 0, 0, 1]);

        await ping;
        for (int i = 1; i < 5_000; i++)
            Assert.AreEqual((byte)i, (await client.NextAsync(ReceivedKind.Message, _guard)).Body.Span[0]);
    }

    [TestMethod]
    public async Task MaxWaitingBytes_bounds_waiting_messages_and_none_is_lost()
    {
        using var server = new ScriptedServer();
        ServerClientOptions options = server.Options;
        options.MaxWaitingBytes = 100_000;
        (ServerClient client, ScriptedCompactPeer peer) = await server.ConnectAsync(options, _guard, maxFrame: 1024 * 1024);
        await using ServerClient disposed = client;
        using ScriptedCompactPeer closed = peer;

        int[] sizes = [40_000, 40_000, 40_000, 10, 200_000, 20, 90_000];
        Task<TimeSpan> ping = client.PingAsync(_guard);
        await peer.ReadAsync();
        Task writing = Task.Run(async () =>
        {
            foreach ((int i, int size) in sizes.Index())
                await peer.WriteAsync(FrameType.MessageOut, [1, (byte)'a', (byte)i, .. new byte[size - 1]]);
            await peer.WriteAsync(FrameType.Pong, [0, 0, 0, 1]);
        });
        for (int i = 0; i < sizes.Length; i++)
        {
            ReceivedMessage message = await client.NextAsync(ReceivedKind.Message, _guard);
            Assert.AreEqual((i, sizes[i]), (message.Body.Span[0], message.Body.Length));
        }

        await writing;
        await ping;
    }

    [TestMethod]
    public async Task MaxWaitingBytes_bounds_the_requests_that_are_answered_at_once()
    {
        using var server = new ScriptedServer();
        ServerClientOptions options = server.Options;
        options.MaxWaitingBytes = 100_000;
        using var answers = new SemaphoreSlim(0);
        using var asked = new SemaphoreSlim(0);
        int inside = 0, most = 0;
        options.OnRequest = async (_, token) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            asked.Release();
            await answers.WaitAsync(token);
            Interlocked.Decrement(ref inside);
            return new Response(9, default);
        };
        (ServerClient client, ScriptedCompactPeer peer) = await server.ConnectAsync(options, _guard);
        await using ServerClient disposed = client;
        using ScriptedCompactPeer closed = peer;
        Task writing = Task.Run(async () =>
        {
            for (byte i = 0; i < 10; i++)
                await peer.WriteAsync(FrameType.Request, [0, 0, 0, i, .. new byte[40_000]]);
        });
        await asked.WaitAsync(_guard);
        for (int i = 0; i < 10; i++)
        {
            if (i < 9)
                await asked.WaitAsync(_guard);
            answers.Release();
            Assert.AreEqual(FrameType.Response, (await peer.ReadAsync()).Type);
        }

        await writing;
        Assert.AreEqual(2, most);
    }

    [TestMethod]
    public async Task A_client_that_ignores_messages_still_receives_answers()
    {
        using var server = new ScriptedServer();
        ServerClientOptions options = server.Options;
        options.MaxWaitingMessages = 1;
        options.IgnoresMessages = true;
        (ServerClient client, ScriptedCompactPeer peer) = await server.ConnectAsync(options, _guard);
        await using ServerClient disposed = client;
        using ScriptedCompactPeer closed = peer;
        for (byte i = 0; i < 50; i++)
            await peer.WriteAsync(FrameType.MessageOut, [1, (byte)'a', i]);
        Task<TimeSpan> ping = client.PingAsync(_guard);
        await peer.ReadAsync();
        await peer.WriteAsync(FrameType.Pong, [0, 0, 0, 1]);

        await ping;
    }

    [TestMethod]
    public async Task A_client_can_be_disposed_while_nobody_reads()
    {
        using var server = new ScriptedServer();
        ServerClientOptions options = server.Options;
        options.MaxWaitingMessages = 1;
        (ServerClient client, ScriptedCompactPeer peer) = await server.ConnectAsync(options, _guard);
        for (byte i = 0; i < 50; i++)
            await peer.WriteAsync(FrameType.MessageOut, [1, (byte)'a', i]);
        Task closing = peer.ReadToEndAsync().ContinueWith(_ => peer.Dispose(), _guard, TaskContinuationOptions.None, TaskScheduler.Default);

        await client.DisposeAsync();
        await closing;
    }
}
