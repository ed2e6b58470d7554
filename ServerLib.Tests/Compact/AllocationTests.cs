using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Microsoft.Extensions.Options;
using Moq;
using ServerLib.Messaging;
using ServerLib.Protocol;
using ServerLib.Server;
using ServerLib.Tests.Clients;
using ServerLib.Tests.Connections;
using ServerLib.Tests.Messaging;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.Compact;

/// <summary>
/// What a message costs in garbage: nothing, on the compact path. The budget leaves room for what the runtime does beside it.
/// </summary>
/// <remarks>
/// In a build that is not optimised the compiler makes an object of every async call's state; there the budget allows for them.
/// </remarks>
[TestClass]
[DoNotParallelize]
public sealed class AllocationTests
{
    private const int Messages = 10_000;
    private const int UnoptimizedCalls = 1_024;

    private static readonly int Budget =
        typeof(ConnectionServer).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true } ? UnoptimizedCalls : 8;

    [TestMethod]
    public async Task Receiving_and_answering_allocates_nothing()
    {
        RecordedConnection client = await NewClientAsync("alice");
        var dispatcher = new MessageDispatcher(
            Mock.Of<IMessageRouter>(),
            new KeyRequests(Mock.Of<IConnectionLedger>(), null),
            null!,
            null!,
            null!,
            TestEvents.Create());
        byte[] segment = [.. Enumerable.Range(0, 4).SelectMany(i => RawFrame.Request((uint)i, new byte[64]).ToBytes())];

        Assert.IsLessThan(Budget, MeasureHere(() => Handle(client, dispatcher, new Echo(), segment)) / (Messages * 4.0));
        Assert.AreEqual(DisconnectReason.None, client.Connection.Reason);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task A_call_allocates_at_most_one_small_object(bool canBeCanceled)
    {
        const int SmallObject = 24;
        RecordedConnection client = await RecordedConnection.CompactAsync("alice", null, null, "call");
        client.Transport.Keeps = false;
        var add = new CallDefinition("add", isEvent: false, _ => CallMethod.Create(
            body => JsonBody.Read(body, CallContext.Default.Int32),
            static (_, _, value, _) => new ValueTask<int>(value + 1),
            static (body, value) => JsonBody.Write(body, value, CallContext.Default.Int32),
            needsServices: false,
            canBeCanceled));
        var calls = new CallDispatcher(new CallTable([add], null!), null!, TestEvents.Create());
        var dispatcher = new MessageDispatcher(
            Mock.Of<IMessageRouter>(), new KeyRequests(Mock.Of<IConnectionLedger>(), null), null!, null!, calls, TestEvents.Create());
        byte[] segment = RawFrame.Call(1, "add", "41").ToBytes();

        Assert.IsLessThan(Budget + SmallObject, MeasureHere(() => Handle(client, dispatcher, new Echo(), segment)) / (double)Messages);
        Assert.AreEqual(DisconnectReason.None, client.Connection.Reason);
    }

    [TestMethod]
    [DataRow(100)]
    [DataRow(2_000)]
    public async Task Passing_on_allocates_nothing_for_a_recipient(int recipients)
    {
        using var ledger = new ActiveConnectionLedger();
        RecordedConnection sender = await NewClientAsync("sender");
        for (int i = 0; i < recipients; i++)
            ledger.Add((await NewClientAsync($"user{i}")).Connection);
        var options = Options.Create(new ServerOptions());
        var router = new LedgerMessageRouter(ledger, options);
        var room = new ChatRoom(router, ledger, new OpenDatabase(), options);
        var dispatcher = new MessageDispatcher(
            router, new KeyRequests(ledger, null), null!, null!, null!, TestEvents.Create());
        byte[] segment = RawFrame.Message("hello").ToBytes();

        // The cores that share the work in a large room share one object, however many recipients there are.
        int allowed = recipients < 512 ? Budget : Budget + 128;
        Assert.IsLessThan(allowed, MeasureHere(() => Handle(sender, dispatcher, room, segment), Messages / 10) / (Messages / 10.0));
        Assert.AreEqual(0, sender.Transport.Writes);
    }

    [TestMethod]
    [DataRow(TransportKind.Automatic)]
    [DataRow(TransportKind.Portable)]
    public async Task A_request_over_a_socket_allocates_nothing(TransportKind transport)
    {
        var meter = new Meter();
        await using RunningServer server = await RunningServer.StartAsync(
            options => options.Transport = transport, _ => meter, OpenDatabase.Use);
        using Socket client = Join(server.EndPoint);
        byte[] request = RawFrame.Request(7, new byte[64]).ToBytes(), answer = new byte[request.Length + 1];

        // Before the last of them all is compiled for good and every pool is full.
        for (int i = 0; i < 5 * Messages; i++)
            Exchange(client, request, answer);
        Assert.IsLessThan(Budget, meter.Median(Messages));
    }

    private static long MeasureHere(Action action, int times = Messages) => Allocations.Least(() =>
    {
        for (int i = 0; i < times; i++)
            action();
    });

    private static void Handle(RecordedConnection client, MessageDispatcher dispatcher, IMessageHandler handler, byte[] segment)
    {
        client.Transport.Feed(segment);
        ValueTask<bool> filling = client.Connection.Reader.FillAsync();
        if (!filling.IsCompletedSuccessfully
            || !filling.Result
            || !client.Connection.TryReceive(out Message message)
            || dispatcher.Dispatch(client.Connection, handler, message, out _))
            throw new InvalidOperationException("Nothing is to be waited for.");
    }

    /// <summary>A socket that blocks from the first to the last: one that has waited otherwise once allocates with every wait.</summary>
    private static Socket Join(IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(endPoint);
        socket.Send((byte[])[.. "SLIB/2\r\n"u8, .. RawFrame.Login("alice", "secret").ToBytes(), .. new RawFrame(FrameType.Ping, []).ToBytes()]);
        byte[] pong = new RawFrame(FrameType.Pong, []).ToBytes(), received = new byte[64 * 1024];
        for (int size = 0; !received.AsSpan(0, size).EndsWith(pong);)
            size += socket.Receive(received.AsSpan(size));
        return socket;
    }

    private static void Exchange(Socket socket, byte[] request, byte[] answer)
    {
        socket.Send(request);
        for (int received = 0; received < answer.Length;)
            received += socket.Receive(answer.AsSpan(received));
    }

    private static async Task<RecordedConnection> NewClientAsync(string name)
    {
        RecordedConnection client = await RecordedConnection.CompactAsync(name);
        client.Transport.Keeps = false;
        return client;
    }

    private class Echo : IMessageHandler
    {
        public virtual ValueTask<Response> OnRequestAsync(Connection connection, Message request, CancellationToken cancellationToken) =>
            new(new Response(request.Body));
    }

    /// <summary>
    /// Notes what its thread has allocated since it was here last: all that a message takes, whichever thread that is. What others do in the
    /// process, such as the ends of tests before, doesn't count.
    /// </summary>
    private sealed class Meter : Echo
    {
        [ThreadStatic]
        private static long _before;

        private readonly List<long> _allocated = new(6 * Messages);

        public long Median(int last) => _allocated.TakeLast(last).Order().ElementAt(last / 2);

        public override ValueTask<Response> OnRequestAsync(Connection connection, Message request, CancellationToken cancellationToken)
        {
            if (_before > 0)
                _allocated.Add(GC.GetAllocatedBytesForCurrentThread() - _before);
            _before = GC.GetAllocatedBytesForCurrentThread();
            return base.OnRequestAsync(connection, request, cancellationToken);
        }
    }
}
