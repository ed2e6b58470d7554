using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Moq;
using ServerLib.Diagnostics;
using ServerLib.Messaging;
using ServerLib.Protocol;
using ServerLib.Tests.Clients;
using ServerLib.Tests.Compact;
using ServerLib.Tests.Connections;
using ServerLib.Tests.Protocol;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.Messaging;

[TestClass]
public sealed class MessageDispatcherTests : IDisposable
{
    private readonly Mock<IMessageRouter> _router = new();
    private readonly Mock<IConnectionLedger> _ledger = new();
    private readonly ListLogger<MessageDispatcher> _logger = new();
    private readonly ServerMetrics _metrics = new();
    private readonly MessageDispatcher _dispatcher;

    public MessageDispatcherTests() => _dispatcher = new MessageDispatcher(
        _router.Object, new KeyRequests(_ledger.Object, null), null!, null!, null!, TestEvents.Create(logger: _logger, metrics: _metrics));

    public void Dispose() => _metrics.Dispose();

    [TestMethod]
    public async Task Sixteen_requests_in_one_segment_are_answered_in_one_write()
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice");
        client.Transport.Feed((byte[])[.. Enumerable.Range(0, 16).SelectMany(i => RawFrame.Request((uint)i, [(byte)i]).ToBytes())]);
        await RunAsync(client, new Echo());

        Assert.AreEqual(1, client.Transport.Writes);
        CollectionAssert.AreEqual(Enumerable.Range(0, 16).ToArray(), client.Frames.Select(frame => (int)frame.Payload[3]).ToArray());
    }

    [TestMethod]
    public async Task Requests_of_two_reads_that_are_there_are_answered_in_one_write()
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice");
        for (uint i = 0; i < 4; i += 2)
            client.Transport.Feed((byte[])[.. RawFrame.Request(i, []).ToBytes(), .. RawFrame.Request(i + 1, []).ToBytes()]);
        await RunAsync(client, new Echo());

        Assert.AreEqual(1, client.Transport.Writes);
        Assert.HasCount(4, client.Frames);
    }

    [TestMethod]
    public async Task Answers_do_not_wait_for_what_has_not_come_yet()
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice");
        client.Transport.Feed((byte[])[.. RawFrame.Request(0, []).ToBytes(), .. RawFrame.Request(1, []).ToBytes()]);
        client.Connection.Reader.TryFill();
        Assert.IsTrue(client.Connection.TryReceive(out Message message));
        _dispatcher.Dispatch(client.Connection, new Echo(), message, out _);

        Assert.AreEqual(1, client.Transport.Writes);
        client.Transport.Feed(RawFrame.Request(2, []).ToBytes());
        await RunAsync(client, new Echo());
        Assert.HasCount(3, client.Frames);
    }

    [TestMethod]
    public async Task A_single_request_is_answered_at_once()
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice");
        for (int i = 0; i < 3; i++)
            client.Transport.Feed(RawFrame.Request((uint)i, []).ToBytes());
        await RunAsync(client, new Echo());

        Assert.AreEqual(3, client.Transport.Writes);
    }

    [TestMethod]
    public async Task A_handler_is_not_asked_about_a_group_with_an_invalid_name()
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice");
        client.Transport.Feed(RawFrame.Control(FrameType.Join, new { group = "a\u0007b" }).ToBytes());
        await RunAsync(client, new Mock<IMessageHandler>(MockBehavior.Strict).Object);

        Assert.AreEqual(GroupName.Rule, (string?)client.Frames.Single().Json["text"]);
    }

    [TestMethod]
    public async Task Batched_writes_are_flushed_when_a_handler_waits()
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice");
        var gate = new TaskCompletionSource();
        var handler = new Mock<IMessageHandler>();
        handler.Setup(h => h.OnMessageAsync(client.Connection, It.IsAny<Message>(), It.IsAny<CancellationToken>()))
            .Returns((Connection c, Message message, CancellationToken _) =>
            {
                c.TrySend("SERVER", message);
                return message.Text == "wait" ? new ValueTask(gate.Task) : default;
            });
        client.Transport.Feed((byte[])[.. new[] { "one", "two", "wait", "three" }.SelectMany(text => RawFrame.Message(text).ToBytes())]);
        Task running = RunAsync(client, handler.Object);

        Assert.AreEqual(1, client.Transport.Writes);
        CollectionAssert.AreEqual(new[] { "one", "two", "wait" }, client.Frames.Select(frame => frame.Parts(1)[1]).ToArray());
        gate.SetResult();
        await running;
        Assert.AreEqual("three", client.Frames[^1].Parts(1)[1]);
    }

    [TestMethod]
    [DataRow((byte)FrameType.MessageIn, "0x10")]
    [DataRow((byte)FrameType.DirectIn, "0x12")]
    [DataRow((byte)FrameType.GroupIn, "0x16")]
    [DataRow((byte)FrameType.Join, "0x22")]
    [DataRow((byte)FrameType.Leave, "0x23")]
    [DataRow((byte)FrameType.Users, "0x21")]
    [DataRow((byte)FrameType.KeyQuery, "0x06")]
    public async Task What_a_handler_throws_is_logged_counted_and_told(byte type, string about)
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice");
        var failure = new InvalidOperationException("a bug");
        _router.Setup(r => r.LeaveAsync(client.Connection, "bob", It.IsAny<CancellationToken>())).Throws(failure);
        _router.Setup(r => r.GetUsersAsync(It.IsAny<string?>(), It.IsAny<CancellationToken>())).Throws(failure);
        _ledger.Setup(l => l.Find("bob")).Throws(failure);
        var frameType = (FrameType)type;
        RawFrame frame = frameType is FrameType.MessageIn or FrameType.DirectIn or FrameType.GroupIn
            ? RawFrame.Named(frameType, "bob", [])
            : RawFrame.Control(frameType, new { group = "bob", alias = "bob" });
        client.Transport.Feed(frame.ToBytes());
        using var measured = new Measured(_metrics);
        await RunAsync(client, new Broken(failure));

        JsonNode error = client.Frames.Single(sent => sent.Type == FrameType.Error).Json;
        Assert.AreEqual(("failed", about), ((string?)error["code"], (string?)error["about"]));
        (LogLevel level, string message, Exception? exception) = _logger.Entries.Single();
        Assert.AreEqual((LogLevel.Error, "The message handler Broken failed for alice. The connection stays open. Failures since the last message: 1."), (level, message));
        Assert.AreSame(failure, exception);
        Assert.AreEqual((1.0, 1.0), (measured["serverlib.handler.failures"], measured["serverlib.messages.received"]));
        Assert.AreEqual(DisconnectReason.EndOfStream, client.Connection.Reason);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task A_request_whose_handler_throws_now_or_later_is_answered_with_241(bool later)
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice");
        client.Transport.Feed((byte[])[.. RawFrame.Request(7, []).ToBytes(), .. RawFrame.Request(8, []).ToBytes()]);
        await RunAsync(client, new Broken(new InvalidOperationException("a bug"), later));

        CollectionAssert.AreEqual(
            new[] { "000000" + "07F1", "000000" + "08F1" }, client.Frames.Select(frame => Convert.ToHexString(frame.Payload)).ToArray());
        Assert.HasCount(1, _logger.Entries, "The second failure within a second is counted only.");
    }

    [TestMethod]
    public async Task A_handler_that_gives_up_because_its_client_has_gone_has_not_failed()
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice");
        client.Transport.Feed(RawFrame.Message("hi").ToBytes());
        var handler = new Mock<IMessageHandler>();
        handler.Setup(h => h.OnMessageAsync(client.Connection, It.IsAny<Message>(), It.IsAny<CancellationToken>()))
            .Returns((Connection c, Message _, CancellationToken token) =>
            {
                c.End(DisconnectReason.Kicked);
                return new ValueTask(Task.Delay(Timeout.Infinite, token));
            });
        await RunAsync(client, handler.Object);

        Assert.IsEmpty(_logger.Entries);
    }

    [TestMethod]
    public async Task A_list_of_users_counts_for_each_KiB_of_it()
    {
        var options = new ServerOptions { Limits = { MaxMessageRate = 1, MaxMessageBurst = 10, MaxFrameSize = 4 * 1024 } };
        string[] names = [.. Enumerable.Range(0, 1_000).Select(i => $"user{i}")];
        _router.Setup(r => r.GetUsersAsync(null, It.IsAny<CancellationToken>())).ReturnsAsync(names);
        RecordedConnection client = await RecordedConnection.CompactAsync("alice", options, new FakeTimeProvider());
        client.Transport.Feed((byte[])
            [.. RawFrame.Control(FrameType.Users, new { }).ToBytes(), .. Enumerable.Range(0, 20).SelectMany(_ => new RawFrame(FrameType.Ping, []).ToBytes())]);
        client.Connection.Reader.TryFill();
        Assert.IsTrue(client.Connection.TryReceive(out Message message));
        _dispatcher.Dispatch(client.Connection, new Echo(), message, out _);
        Assert.AreEqual(10 - 1 - 3, client.Frames.Count(frame => frame.Type == FrameType.Pong));
    }

    [TestMethod]
    public async Task Users_are_as_many_as_go_into_a_frame()
    {
        const int Max = 4 * 1024;
        string[] names = [.. Enumerable.Range(0, 1_000).Select(i => $"zoë{i}")];
        _router.Setup(r => r.GetUsersAsync("chess", It.IsAny<CancellationToken>())).ReturnsAsync(names);
        _router.Setup(r => r.GetUsersAsync(null, It.IsAny<CancellationToken>())).ReturnsAsync(names[..3]);
        RecordedConnection client = await RecordedConnection.CompactAsync("alice", new ServerOptions { Limits = { MaxFrameSize = Max } });
        client.Transport.Feed(RawFrame.Control(FrameType.Users, new { group = "chess" }).ToBytes(), RawFrame.Control(FrameType.Users, new { }).ToBytes());
        await RunAsync(client, new Echo());

        RawFrame many = client.Frames[0];
        Assert.IsInRange(Max - 32, Max, many.ToBytes().Length - 4);
        Assert.AreEqual(("chess", 1_000), ((string?)many.Json["group"], (int?)many.Json["total"]));
        string?[] some = [.. many.Json["users"]!.AsArray().Select(node => (string?)node)];
        CollectionAssert.AreEqual(names[..some.Length], some);
        Assert.AreEqual((3, 3), ((int?)client.Frames[1].Json["total"], client.Frames[1].Json["users"]!.AsArray().Count));
    }

    [TestMethod]
    public async Task A_group_that_the_handler_says_no_to_is_not_joined()
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice");
        client.Transport.Feed(RawFrame.Control(FrameType.Join, new { group = "chess" }).ToBytes());
        var handler = new Mock<IMessageHandler>();
        await RunAsync(client, handler.Object);

        Assert.AreEqual("join-refused", (string?)client.Frames.Single().Json["code"]);
        Assert.AreEqual("chess", (string?)client.Frames.Single().Json["about"]);
        handler.Verify(h => h.OnJoinAsync(client.Connection, "chess", It.IsAny<CancellationToken>()), Times.Once);
        handler.VerifyNoOtherCalls();
        _router.Verify(r => r.JoinAsync(It.IsAny<Connection>(), It.IsAny<string>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    [TestMethod]
    public async Task A_second_join_of_a_group_is_answered_but_not_announced()
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice");
        client.Transport.Feed(RawFrame.Control(FrameType.Join, new { group = "chess" }).ToBytes());
        _router.Setup(r => r.IsMemberAsync(client.Connection, "chess", It.IsAny<CancellationToken>())).ReturnsAsync(true);
        var handler = new Mock<IMessageHandler>();
        await RunAsync(client, handler.Object);

        Assert.AreEqual("chess", (string?)client.Frames.Single().Json["group"]);
        handler.VerifyNoOtherCalls();
    }

    /// <summary>What the server does with a connection once it is logged in.</summary>
    private async Task RunAsync(RecordedConnection client, IMessageHandler handler)
    {
        client.Transport.Complete();
        do
        {
            while (client.Connection.TryReceive(out Message message))
            {
                if (!_dispatcher.Dispatch(client.Connection, handler, message, out ValueTask waiting))
                    continue;
                client.Connection.Reader.BeginWaiting();
                await waiting;
                await client.Connection.Reader.EndHandlingAsync();
            }
        }
        while (await client.Connection.Reader.FillAsync());
    }

    private sealed class Echo : IMessageHandler
    {
        public ValueTask<Response> OnRequestAsync(Connection connection, Message request, CancellationToken cancellationToken) =>
            new(new Response(request.Body));
    }

    private sealed class Broken(Exception failure, bool later = false) : IMessageHandler
    {
        public ValueTask OnMessageAsync(Connection connection, Message message, CancellationToken cancellationToken) => throw failure;

        public ValueTask OnDirectMessageAsync(
            Connection connection, string recipient, Message message, CancellationToken cancellationToken) => ValueTask.FromException(failure);

        public ValueTask OnGroupMessageAsync(
            Connection connection, string group, Message message, CancellationToken cancellationToken) => throw failure;

        public async ValueTask<Response> OnRequestAsync(Connection connection, Message request, CancellationToken cancellationToken)
        {
            if (later)
                await Task.Yield();
            throw failure;
        }

        public ValueTask<bool> OnJoinAsync(Connection connection, string group, CancellationToken cancellationToken) => throw failure;
    }
}
