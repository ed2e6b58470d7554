using System.Security.Cryptography;
using ServerLib.Connections;
using ServerLib.Messaging;
using ServerLib.Protocol;
using ServerLib.Tests.Clients;
using ServerLib.Tests.Compact;
using ServerLib.Tests.EndToEnd;
using ClassicWire = ServerLib.Tests.EndToEnd.ClassicWire;

namespace ServerLib.Tests.Connections;

[TestClass]
public sealed class MessageRateTests
{
    private readonly SteppedTime _time = new();
    private Task<bool> _waiting = Task.FromResult(true);
    private readonly ServerOptions _options = new() { Limits = { MaxMessageRate = 10, MaxMessageBurst = 5 } };

    [TestMethod]
    public async Task Messages_over_the_rate_are_read_later_and_none_is_lost()
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice", _options, _time);
        client.Transport.Feed(Messages(12));

        Assert.AreEqual("0 1 2 3 4", ReadAll(client));
        _time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.IsFalse(_waiting.IsCompleted);
        Assert.AreEqual("5", await ReadAllAfterAsync(client, 1));

        // After a while the full burst is available again.
        Assert.AreEqual("6 7 8 9 10", await ReadAllAfterAsync(client, 10_000));
        Assert.AreEqual("11", await ReadAllAfterAsync(client, 100));
    }

    [TestMethod]
    public async Task A_fast_client_is_waited_for_a_tenth_of_a_second_and_not_for_each_message()
    {
        _options.Limits.MaxMessageRate = 50;
        RecordedConnection client = await RecordedConnection.CompactAsync("alice", _options, _time);
        client.Transport.Feed(Messages(100));
        Assert.AreEqual("0 1 2 3 4", ReadAll(client));
        _time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.IsFalse(_waiting.IsCompleted);
        Assert.AreEqual("5 6 7 8 9", await ReadAllAfterAsync(client, 1));
    }

    [TestMethod]
    public async Task Tiny_frames_in_one_batch_count_separately()
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice", _options, _time);
        client.Transport.Feed((byte[])[.. Enumerable.Range(0, 10_000).SelectMany(_ => RawFrame.Message("x").ToBytes())]);
        Assert.AreEqual("x x x x x", ReadAll(client));
    }

    [TestMethod]
    [DataRow((byte)FrameType.KeyQuery)]
    [DataRow((byte)FrameType.MessageIn)]
    [DataRow((byte)FrameType.DirectIn)]
    [DataRow((byte)FrameType.Response)]
    [DataRow((byte)FrameType.Users)]
    [DataRow((byte)FrameType.Join)]
    [DataRow((byte)FrameType.Ping)]
    [DataRow((byte)FrameType.Pong)]
    [DataRow((byte)FrameType.Call)]
    [DataRow((byte)FrameType.Event)]
    [DataRow((byte)FrameType.Cancel)]
    [DataRow((byte)FrameType.Ack)]
    [DataRow((byte)0x7F)]
    public async Task Whatever_a_client_sends_counts(byte type)
    {
        byte[] payload = (FrameType)type switch
        {
            FrameType.KeyQuery or FrameType.Users => "{}"u8.ToArray(),
            FrameType.DirectIn => [1, (byte)'a', (byte)'x'],
            FrameType.Response => new byte[5],
            FrameType.Call => [0, 0, 0, 1, 1, (byte)'x'],
            FrameType.Event => [1, (byte)'x'],
            FrameType.Cancel => new byte[4],
            FrameType.Ack => new byte[8],
            FrameType.Join => """{"group":"g"}"""u8.ToArray(),
            _ => [],
        };
        RecordedConnection client = await RecordedConnection.CompactAsync("alice", _options, _time, "call");
        client.Transport.Feed((byte[])
            [.. Enumerable.Range(0, 5).SelectMany(_ => new RawFrame((FrameType)type, payload).ToBytes()), .. RawFrame.Message("last").ToBytes()]);
        Assert.DoesNotContain("last", ReadAll(client));
        Assert.AreEqual(DisconnectReason.None, client.Connection.Reason);
        Assert.AreEqual("last", await ReadAllAfterAsync(client, 100));
    }

    [TestMethod]
    [DataRow(5, 4)]
    [DataRow(1024, 4)]
    [DataRow(1025, 3)]
    [DataRow(4096, 1)]
    [DataRow(4097, 0)]
    [DataRow(64 * 1024, 0)]
    public async Task A_frame_counts_once_for_each_KiB_that_it_begins(int size, int left)
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice", _options, _time);
        client.Transport.Feed(new RawFrame(FrameType.MessageIn, new byte[size - 5]).ToBytes(), Messages(10));
        Assert.HasCount(1 + left, ReadAll(client).Split(' '));
    }

    [TestMethod]
    public async Task A_frame_that_costs_more_than_the_burst_is_read_and_delays_the_next()
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice", _options, _time);
        client.Transport.Feed(Messages(4), new RawFrame(FrameType.MessageIn, new byte[60 * 1024 - 5]).ToBytes(), Messages(2));
        Assert.HasCount(5, ReadAll(client).Split(' '));
        _time.Advance(TimeSpan.FromMilliseconds(5_999));
        Assert.IsFalse(_waiting.IsCompleted);
        Assert.AreEqual("0", await ReadAllAfterAsync(client, 1));
        Assert.AreEqual("1", await ReadAllAfterAsync(client, 100));
    }

    [TestMethod]
    [DataRow((byte)FrameType.Key, 25)]
    [DataRow((byte)FrameType.KeyQuery, 1)]
    [DataRow((byte)FrameType.Password, 50)]
    public async Task Frames_that_need_a_signature_or_a_hash_count_many_times(byte type, int tokens)
    {
        _options.Limits.MaxMessageBurst = 60;
        RecordedConnection client = await RecordedConnection.CompactAsync("alice", _options, _time);
        client.Transport.Feed((byte[])[.. new RawFrame((FrameType)type, "{}"u8.ToArray()).ToBytes(), .. Messages(60)]);
        Assert.HasCount(60 - tokens, ReadAll(client).Split(' '));
    }

    [TestMethod]
    [DataRow(2, 58)]
    [DataRow(28, 57)]
    [DataRow(109, 54)]
    public async Task The_sender_is_charged_for_encryption_to_classic_clients(int recipients, int left)
    {
        _options.Limits.MaxMessageBurst = 60;
        using RSA key = ClientKeys.Next();
        RecordedConnection client = await RecordedConnection.CompactAsync("alice", _options, _time);
        var room = new MemberSet();
        for (int i = 0; i < recipients; i++)
            room.Add((await RecordedConnection.ClassicAsync($"c{i}", key)).Connection);
        client.Transport.Feed(Messages(1));
        Assert.IsTrue(await client.Connection.WaitToReceiveAsync());
        Assert.IsTrue(client.Connection.TryReceive(out Message message));
        using (OutgoingMessage outgoing = OutgoingMessage.ToRoom("alice", message))
            Assert.AreEqual(recipients, (await new Broadcaster(index: null).SendAsync(room, outgoing, except: null)).Sent);

        // To two of them it is no more than to be read.
        client.Transport.Feed(Messages(60));
        Assert.HasCount(left + 1, ReadAll(client).Split(' '));
    }

    [TestMethod]
    public async Task All_sessions_of_a_user_may_say_together_what_one_may()
    {
        var sessions = new UserSessions(3, _time);
        RecordedConnection first = await RecordedConnection.CompactAsync("alice", _options, _time);
        RecordedConnection second = await RecordedConnection.CompactAsync("alice", _options, _time);
        RecordedConnection other = await RecordedConnection.CompactAsync("bob", _options, _time);
        first.Connection.Rate.Share(sessions.TryBegin("alice")!.Frames);
        second.Connection.Rate.Share(sessions.TryBegin("alice")!.Frames);
        other.Connection.Rate.Share(sessions.TryBegin("bob")!.Frames);
        first.Transport.Feed(Messages(3));
        second.Transport.Feed(Messages(6));
        other.Transport.Feed(Messages(6));

        Assert.AreEqual("0 1 2", ReadAll(first));
        Assert.AreEqual("0 1 2 3 4", ReadAll(other));
        Assert.AreEqual("0 1", ReadAll(second));
        Assert.AreEqual("2 3", await ReadAllAfterAsync(second, 200));
    }

    [TestMethod]
    public async Task Nothing_more_is_read_from_a_client_over_its_rate_limit()
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice", _options, _time);
        client.Transport.Feed(Messages(5), Messages(1));
        Assert.AreEqual("0 1 2 3 4", ReadAll(client));
        Assert.AreEqual(1, client.Transport.Waiting);
        Assert.AreEqual("0", await ReadAllAfterAsync(client, 100));
    }

    [TestMethod]
    public async Task The_end_of_the_connection_ends_the_wait()
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice", _options, _time);
        client.Transport.Feed(Messages(6));
        ReadAll(client);
        Assert.IsFalse(_waiting.IsCompleted);
        client.Connection.End(DisconnectReason.Kicked);
        Assert.IsFalse(await _waiting.WaitAsync(Guard.NewToken()));
        Assert.AreEqual(DisconnectReason.Kicked, client.Connection.Reason);
    }

    [TestMethod]
    public async Task Giving_up_the_wait_loses_nothing()
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice", _options, _time);
        client.Transport.Feed((byte[])[.. Enumerable.Range(0, 6).SelectMany(i => RawFrame.Message($"{i}").ToBytes())]);
        using var impatient = new CancellationTokenSource();
        for (int i = 0; i < 5; i++)
            Assert.AreEqual($"{i}", (await client.Connection.ReceiveAsync(impatient.Token))!.Value.Text);
        Task<Message?> waiting = client.Connection.ReceiveAsync(impatient.Token).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => waiting);
        Assert.AreEqual("", ReadAll(client));
        Assert.AreEqual("5", await ReadAllAfterAsync(client, 100));
    }

    [TestMethod]
    public async Task A_classic_client_is_read_later_too_and_loses_nothing()
    {
        using RSA key = ClientKeys.Next();
        using var serverKey = RSA.Create();
        serverKey.ImportFromPem(ServerKey.Ephemeral.PublicKeyPem);
        RecordedConnection client = await RecordedConnection.ClassicAsync("alice", key, _options, _time);
        client.Transport.Feed(
            (byte[])[.. Enumerable.Range(0, 12).SelectMany(i => ClassicWire.Encrypted(serverKey, $"{i}"))],
            ClassicWire.Encrypted(serverKey, "disconnect\n"));

        Assert.AreEqual("0 1 2 3 4", await ReadClassicAsync(client, 5));
        DateTimeOffset start = _time.GetUtcNow();
        Task<string> others = ReadClassicAsync(client, 8);
        CancellationToken guard = Guard.NewToken();
        for (int i = 0; i < 8; i++)
            await _time.PassAsync(TimeSpan.FromMilliseconds(100), guard);

        Assert.AreEqual("5 6 7 8 9 10 11", await others);
        Assert.IsGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(700), _time.GetUtcNow() - start);
        Assert.AreEqual(DisconnectReason.ClientLeft, client.Connection.Reason);
    }

    [TestMethod]
    public async Task A_client_over_its_rate_is_not_treated_as_silent()
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice", _options, _time);
        client.Transport.Feed(Messages(6));
        ReadAll(client);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.IsTrue(await _waiting);
        Assert.AreEqual(TimeSpan.Zero, client.Connection.Activity.SinceReceived(client.Connection.Settings.Time));
    }

    [TestMethod]
    public async Task Without_a_limit_everything_is_read_at_once()
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice", new ServerOptions(), _time);
        client.Transport.Feed(Messages(1_000));
        Assert.AreEqual(1_000, ReadAll(client).Split(' ').Length);
    }

    private static async Task<string> ReadClassicAsync(RecordedConnection client, int count)
    {
        var texts = new List<string>();
        while (texts.Count < count && await client.Connection.ReceiveAsync(Guard.NewToken()) is { } message)
            texts.Add(message.Text);
        return string.Join(' ', texts);
    }

    private static byte[] Messages(int count) =>
        [.. Enumerable.Range(0, count).SelectMany(i => RawFrame.Message($"{i}").ToBytes())];

    /// <summary>What has been said that can be received without waiting; the wait for more has begun then.</summary>
    private string ReadAll(RecordedConnection client)
    {
        var texts = new List<string>();
        do
        {
            while (client.Connection.TryReceive(out Message message))
            {
                if (message.Kind == MessageKind.Room)
                    texts.Add(message.Text);
            }

            _waiting = client.Connection.WaitToReceiveAsync().AsTask();
        }
        while (_waiting.IsCompletedSuccessfully && _waiting.Result);
        return string.Join(' ', texts);
    }

    private async Task<string> ReadAllAfterAsync(RecordedConnection client, int milliseconds)
    {
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        Assert.IsTrue(await _waiting);
        return ReadAll(client);
    }
}
