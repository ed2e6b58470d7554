using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Protocol;
using ServerLib.Testing;
using ServerLib.Tests.Connections;

namespace ServerLib.Tests.Compact;

[TestClass]
public sealed class RequestTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_request_is_answered_under_its_number()
    {
        await using RunningServer server = await RunningServer.StartAsync(handler: _ => new Upper());
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        await alice.SendAsync(RawFrame.Request(7, "hello"u8.ToArray()), RawFrame.Request(uint.MaxValue, "you"u8.ToArray()));

        Assert.AreEqual((7u, (byte)0, "HELLO"), Answer(await alice.ReceiveAsync(FrameType.Response)));
        Assert.AreEqual((uint.MaxValue, (byte)0, "YOU"), Answer(await alice.ReceiveAsync(FrameType.Response)));
    }

    [TestMethod]
    public async Task A_request_that_nobody_handles_or_whose_handler_fails_is_answered_all_the_same()
    {
        await using RunningServer server = await RunningServer.StartAsync(handler: _ => new Upper());
        await using RunningServer chat = await RunningServer.StartAsync();
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        using CompactClient bob = await CompactClient.JoinAsync(chat.EndPoint, "bob");
        await alice.SendAsync(RawFrame.Request(1, "fail"u8.ToArray()), RawFrame.Request(2, "more"u8.ToArray()));
        await bob.SendAsync(RawFrame.Request(3, []));

        Assert.AreEqual((1u, Response.Failed, ""), Answer(await alice.ReceiveAsync(FrameType.Response)));
        Assert.AreEqual((2u, (byte)0, "MORE"), Answer(await alice.ReceiveAsync(FrameType.Response)));
        Assert.AreEqual((3u, Response.NotHandled, ""), Answer(await bob.ReceiveAsync(FrameType.Response)));
    }

    [TestMethod]
    public async Task The_handler_can_ask_its_own_client_and_find_the_answer_behind_other_messages()
    {
        await using RunningServer server = await RunningServer.StartAsync(handler: _ => new Curious());
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        await alice.SendAsync(RawFrame.Message("ask"));
        RawFrame question = await alice.ReceiveAsync(FrameType.Request);
        Assert.AreEqual("who?", Encoding.UTF8.GetString(question.Payload, 4, question.Payload.Length - 4));

        await alice.SendAsync(
            RawFrame.Message(new string('x', 10_000)),
            new RawFrame(FrameType.Response, [.. question.Payload[..4], 0, .. "me"u8]));
        Assert.AreEqual("SERVER: ask me", await alice.ReceiveMessageAsync());
        Assert.AreEqual("SERVER: 10000", await alice.ReceiveMessageAsync());
    }

    [TestMethod]
    public async Task A_client_that_owes_too_many_answers_is_asked_no_more()
    {
        await using RunningServer server = await RunningServer.StartAsync(options => options.Limits.MaxOutstandingRequests = 1);
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        Connection connection = server.Ledger.Connections.Single();
        Task<Response> first = connection.RequestAsync("one"u8.ToArray(), TimeSpan.FromMinutes(1), _guard).AsTask();

        await Assert.ThrowsExactlyAsync<ServerLibException>(
            () => connection.RequestAsync("two"u8.ToArray(), TimeSpan.FromMinutes(1), _guard).AsTask());
        RawFrame question = await alice.ReceiveAsync(FrameType.Request);
        await alice.SendAsync(new RawFrame(FrameType.Response, [.. question.Payload[..4], 3, .. "no"u8]));
        Response answer = await first;
        Assert.AreEqual((byte)3, answer.Status);
        Assert.AreEqual("no", answer.Text);
    }

    [TestMethod]
    public async Task An_answer_is_waited_for_half_a_minute_unless_it_is_said_otherwise()
    {
        var time = new FakeTimeProvider();
        await using TestConnection alice = await TestConnection.CreateAsync("alice", timeProvider: time);
        Task<Response> asking = alice.Connection.RequestAsync("one"u8.ToArray(), cancellationToken: _guard).AsTask();
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.IsFalse(asking.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsExactlyAsync<TimeoutException>(() => asking);
    }

    [TestMethod]
    public async Task A_request_that_cannot_be_awaited_is_not_sent()
    {
        RecordedConnection alice = await RecordedConnection.CompactAsync("alice");
        using Connection connection = alice.Connection;
        foreach (TimeSpan timeout in (TimeSpan[])[TimeSpan.Zero, Timeout.InfiniteTimeSpan, TimeSpan.MaxValue])
        {
            await Assert.ThrowsExactlyAsync<ArgumentOutOfRangeException>(
                () => connection.RequestAsync("one"u8.ToArray(), timeout, _guard).AsTask());
        }

        await Assert.ThrowsAsync<OperationCanceledException>(
            () => connection.RequestAsync("one"u8.ToArray(), cancellationToken: new CancellationToken(canceled: true)).AsTask());
        Assert.IsEmpty(alice.Frames);
    }

    [TestMethod]
    public async Task A_client_that_goes_answers_nothing()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        Connection connection = server.Ledger.Connections.Single();
        Task<Response> asking = connection.RequestAsync("one"u8.ToArray(), TimeSpan.FromMinutes(1), _guard).AsTask();
        alice.Dispose();

        await Assert.ThrowsExactlyAsync<ServerLibException>(() => asking);
    }

    [TestMethod]
    public async Task A_connection_can_be_disposed_while_its_handler_awaits_an_answer()
    {
        RecordedConnection alice = await RecordedConnection.CompactAsync("alice");
        Connection connection = alice.Connection;
        connection.Reader.BeginHandling();
        connection.Reader.BeginWaiting();
        Task<Response> asking = connection.RequestAsync("who?"u8.ToArray(), TimeSpan.FromMinutes(1), _guard).AsTask();
        await alice.Transport.WhenAwaitedAsync();

        // What was registered last runs first, so the wait for the answer goes on until this is set.
        using var isClosing = new ManualResetEventSlim();
        await using CancellationTokenRegistration registration = connection.Aborted.Register(() => isClosing.Wait(_guard));
        Task disposing = connection.DisposeAsync().AsTask();
        Assert.IsFalse(disposing.IsCompleted);
        isClosing.Set();
        await Assert.ThrowsExactlyAsync<ServerLibException>(() => asking);
        await connection.Reader.EndHandlingAsync();
        alice.Transport.Complete();

        await disposing;
    }

    private static (uint Id, byte Status, string Text) Answer(RawFrame frame) => (
        BinaryPrimitives.ReadUInt32BigEndian(frame.Payload), frame.Payload[4], Encoding.UTF8.GetString(frame.Payload, 5, frame.Payload.Length - 5));

    private sealed class Upper : IMessageHandler
    {
        public ValueTask<Response> OnRequestAsync(Connection connection, Message request, CancellationToken cancellationToken) =>
            request.Text == "fail" ? throw new InvalidOperationException("no") : new(new Response(request.Text.ToUpperInvariant()));
    }

    private sealed class Curious : IMessageHandler
    {
        public async ValueTask OnMessageAsync(Connection connection, Message message, CancellationToken cancellationToken)
        {
            if (message.Text != "ask")
            {
                connection.TrySend("SERVER", new Message($"{message.Body.Length}"));
                return;
            }

            Response answer = await connection.RequestAsync("who?"u8.ToArray(), TimeSpan.FromMinutes(1), cancellationToken);
            connection.TrySend("SERVER", new Message($"{message.Text} {answer.Text}"));
        }
    }
}
