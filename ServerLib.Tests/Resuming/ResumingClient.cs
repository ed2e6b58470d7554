using System.Buffers.Binary;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.Resuming;

/// <summary>
/// A compact client that can resume its session. It is written from the protocol's description and shares no code with the library. It does
/// nothing by itself: a test decides when it acknowledges, loses its connection and resumes.
/// </summary>
/// <param name="connect">Connects to the server.</param>
internal sealed class ResumingClient(Func<Task<CompactClient>> connect) : IDisposable
{
    private readonly List<RawFrame> _unacknowledged = [];
    private readonly Queue<RawFrame> _waiting = [];

    public CompactClient Link { get; private set; } = null!;

    public string Session { get; private set; } = "";

    public string Token { get; private set; } = "";

    /// <summary>The number of counted frames that were received.</summary>
    public long Received { get; private set; }

    /// <summary>The number of counted frames that the server has acknowledged.</summary>
    public long Acknowledged { get; private set; }

    public static RawFrame Login(string name) =>
        RawFrame.Control(FrameType.Login, new { mechanism = "PLAIN", username = name, password = "secret", features = new[] { "id", "call", "resume" } });

    /// <summary>A client of a server in memory, logged in.</summary>
    public static Task<ResumingClient> JoinAsync(PipeServer server, string name, bool acknowledges = true, bool isChat = true) =>
        new ResumingClient(() => Task.FromResult(server.Connect("127.0.0.1"))).JoinAsync(name, acknowledges, isChat);

    /// <summary>Logs in, and sends the first ACK: from now on the server keeps the session.</summary>
    /// <param name="name">The user's name.</param>
    /// <param name="acknowledges">Whether to send the ACK.</param>
    /// <param name="isChat">Whether the server announces that the user has joined, also to the client itself.</param>
    public async Task<ResumingClient> JoinAsync(string name, bool acknowledges = true, bool isChat = true)
    {
        Link = await connect();
        await Link.HelloAsync();
        await Link.SendAsync(Login(name));
        RawFrame welcome = await Link.ReceiveAsync(FrameType.Welcome);
        Session = (string)welcome.Json["session"]!;
        Token = (string)welcome.Json["resumeToken"]!;
        Assert.AreEqual(0, ReadAck(await Link.ReceiveAsync()));
        if (acknowledges)
            await AcknowledgeAsync();
        if (isChat)
            Assert.AreEqual(FrameType.Presence, (await ReceiveAsync())!.Type);
        await SettleAsync();
        return this;
    }

    public Task AcknowledgeAsync() => Link.SendAsync(Ack(Received));

    /// <summary>Waits until the server has handled what was sent before. What comes meanwhile is received later.</summary>
    public async Task SettleAsync()
    {
        await Link.SendAsync(new RawFrame(FrameType.Ping, "settle"u8.ToArray()));
        while (await Link.ReceiveAsync() is var frame && !(frame.Type == FrameType.Pong && frame.Payload.Length == 6))
        {
            if (frame.Type == FrameType.Ack)
                Forget(ReadAck(frame));
            else
                _waiting.Enqueue(frame);
        }
    }

    /// <summary>Sends a counted frame, and keeps it.</summary>
    public async Task SendAsync(RawFrame frame)
    {
        _unacknowledged.Add(frame);
        try
        {
            await Link.SendAsync(frame);
        }
        catch (IOException)
        {
            // The connection is lost.
        }
    }

    /// <summary>The next counted frame; <see langword="null"/> when the connection has ended.</summary>
    public async Task<RawFrame?> ReceiveAsync()
    {
        while ((_waiting.TryDequeue(out RawFrame? next) ? next : await Link.ReceiveOrClosedAsync()) is { Type: not FrameType.Close } frame)
        {
            if (frame.Type == FrameType.Ack)
            {
                Forget(ReadAck(frame));
            }
            else if (frame.Type is not (FrameType.Ping or FrameType.Pong))
            {
                Received++;
                return frame;
            }
        }

        return null;
    }

    /// <summary>The text of the next message.</summary>
    public async Task<string> ReceiveMessageAsync()
    {
        RawFrame frame = (await ReceiveAsync())!;
        return frame.Type == FrameType.MessageOut ? string.Join(": ", frame.Parts(1)) : frame.Json.ToJsonString();
    }

    /// <summary>Loses the connection, and what has come and was not received.</summary>
    public void Cut()
    {
        Link.Dispose();
        _waiting.Clear();
    }

    /// <summary>Whether something has come that was not received yet.</summary>
    public bool HasWaiting => _waiting.Count > 0;

    /// <summary>Loses the connection while a frame is on its way.</summary>
    public async Task CutWithinAsync(RawFrame frame, Random random)
    {
        _unacknowledged.Add(frame);
        byte[] bytes = frame.ToBytes();
        await Link.SendRawAsync(bytes.AsMemory(0, random.Next(bytes.Length + 1)));
        Cut();
    }

    /// <summary>Sends RESUME, and loses that connection, too.</summary>
    public async Task AbandonResumeAsync()
    {
        using CompactClient next = await connect();
        await next.HelloAsync();
        await next.SendAsync(RawFrame.Control(FrameType.Resume, new { session = Session, token = Token, received = Received }));
        Cut();
    }

    /// <summary>Sends RESUME on a new connection.</summary>
    /// <returns>The answer.</returns>
    public async Task<RawFrame?> TryResumeAsync(string? token = null, long? received = null, CompactClient? link = null)
    {
        CompactClient next = link ?? await connect();
        await next.HelloAsync();
        await next.SendAsync(RawFrame.Control(FrameType.Resume, new { session = Session, token = token ?? Token, received = received ?? Received }));
        RawFrame? answer;
        do
            answer = await next.ReceiveOrClosedAsync();
        while (answer is { Type: FrameType.Ping or FrameType.Pong });
        if (answer?.Type != FrameType.Resumed)
            return answer;
        Link = next;
        Forget((long)answer.Json["received"]!);
        return answer;
    }

    /// <summary>Continues the session on a new connection, and sends again what the server lacks.</summary>
    public async Task ResumeAsync()
    {
        RawFrame? answer = await TryResumeAsync();
        Assert.AreEqual(FrameType.Resumed, answer?.Type, answer?.Json.ToJsonString());
        await Link.SendAsync([.. _unacknowledged]);
    }

    public void Dispose() => Link.Dispose();

    public static RawFrame Ack(long count)
    {
        byte[] payload = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(payload, count);
        return new RawFrame(FrameType.Ack, payload);
    }

    private static long ReadAck(RawFrame frame)
    {
        Assert.AreEqual(FrameType.Ack, frame.Type);
        return BinaryPrimitives.ReadInt64BigEndian(frame.Payload);
    }

    private void Forget(long count)
    {
        Assert.IsTrue(count >= Acknowledged && count <= Acknowledged + _unacknowledged.Count, $"{count} of {Acknowledged}+{_unacknowledged.Count}");
        _unacknowledged.RemoveRange(0, (int)(count - Acknowledged));
        Acknowledged = count;
    }
}
