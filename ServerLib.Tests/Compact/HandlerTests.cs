using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ServerLib.Protocol;

namespace ServerLib.Tests.Compact;

/// <summary>Handlers of one's own in a server that runs.</summary>
[TestClass]
public sealed class HandlerTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    [DataRow(TransportKind.Automatic)]
    [DataRow(TransportKind.Portable)]
    public async Task A_handler_that_waits_holds_up_its_own_connection_only(TransportKind transport)
    {
        var gate = new TaskCompletionSource();
        await using RunningServer server = await RunningServer.StartAsync(
            options => (options.Transport, options.EventLoops) = (transport, 1), _ => new Waiting(gate.Task));
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        using CompactClient bob = await CompactClient.JoinAsync(server.EndPoint, "bob");
        await alice.SendAsync(RawFrame.Message("wait"), RawFrame.Message("behind"));
        Assert.AreEqual("SERVER: begun", await alice.ReceiveMessageAsync());
        await alice.SendAsync(RawFrame.Message("later"));
        for (int i = 0; i < 100; i++)
        {
            await bob.SendAsync(RawFrame.Message($"{i}"));
            Assert.AreEqual($"SERVER: {i}", await bob.ReceiveMessageAsync());
        }

        // The next frame for alice shows that none of its messages was handled meanwhile.
        server.Ledger.Find("alice").Single().TrySend("SERVER", new Message("meanwhile"));
        gate.SetResult();
        foreach (string text in new[] { "meanwhile", "wait", "behind", "later" })
            Assert.AreEqual($"SERVER: {text}", await alice.ReceiveMessageAsync());
    }

    [TestMethod]
    public async Task Each_connection_has_a_handler_in_a_scope_of_its_own_that_ends_with_it()
    {
        var events = Channel.CreateUnbounded<string>();
        await using RunningServer server = await RunningServer.StartAsync(services: services =>
        {
            services.AddSingleton(events.Writer);
            services.AddScoped<Part>();
            services.Replace(ServiceDescriptor.Scoped<IMessageHandler, Scoped>());
        });
        Assert.StartsWith("disposed", await events.Reader.ReadAsync(_guard), "The start checks that a handler can be created.");
        CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        using CompactClient bob = await CompactClient.JoinAsync(server.EndPoint, "bob");
        int ofAlice = await AskAsync(alice), ofBob = await AskAsync(bob);
        Assert.AreNotEqual(ofAlice, ofBob);
        Assert.AreEqual(ofAlice, await AskAsync(alice));

        await JoinAsync(alice, "chess");
        alice.Dispose();
        Assert.AreEqual("left chess", await events.Reader.ReadAsync(_guard));
        Assert.AreEqual("disconnected alice: EndOfStream", await events.Reader.ReadAsync(_guard));
        Assert.AreEqual($"disposed {ofAlice}", await events.Reader.ReadAsync(_guard));
        Assert.AreEqual(ofBob, await AskAsync(bob));
        Assert.IsFalse(events.Reader.TryRead(out _));
    }

    [TestMethod]
    public async Task A_handler_that_can_not_be_made_ends_its_connection_only()
    {
        // The start creates the first one, to check that it can be created.
        int created = 0;
        await using RunningServer server = await RunningServer.StartAsync(
            handler: _ => Interlocked.Increment(ref created) == 3 ? throw new InvalidOperationException("no handler") : new Waiting(Task.CompletedTask));
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        using CompactClient bob = await CompactClient.JoinAsync(server.EndPoint, "bob");
        Assert.AreEqual("error", await bob.ReceiveCloseAsync());
        using CompactClient carol = await CompactClient.JoinAsync(server.EndPoint, "carol");

        foreach (CompactClient client in new[] { alice, carol })
        {
            await client.SendAsync(RawFrame.Message("still here"));
            Assert.AreEqual("SERVER: still here", await client.ReceiveMessageAsync());
        }

        Assert.IsEmpty(server.Ledger.Find("bob"));
    }

    [TestMethod]
    public async Task OnJoinAsync_may_say_no()
    {
        await using RunningServer server = await RunningServer.StartAsync(handler: _ => new Doorkeeper());
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        await alice.SendAsync(RawFrame.Control(FrameType.Join, new { group = "secret" }));
        Assert.AreEqual("join-refused", (string?)(await alice.ReceiveAsync(FrameType.Error)).Json["code"]);
        await JoinAsync(alice, "open");
        await alice.SendAsync(RawFrame.Control(FrameType.Users, new { group = "secret" }), RawFrame.Control(FrameType.Users, new { group = "open" }));

        Assert.AreEqual(0, (int?)(await alice.ReceiveAsync(FrameType.Users)).Json["total"]);
        Assert.AreEqual(1, (int?)(await alice.ReceiveAsync(FrameType.Users)).Json["total"]);
    }

    private static async Task JoinAsync(CompactClient client, string group)
    {
        await client.SendAsync(RawFrame.Control(FrameType.Join, new { group }));
        Assert.AreEqual(group, (string?)(await client.ReceiveAsync(FrameType.Join)).Json["group"]);
    }

    private static async Task<int> AskAsync(CompactClient client)
    {
        await client.SendAsync(RawFrame.Request(1, []));
        return (await client.ReceiveAsync(FrameType.Response)).Payload[5];
    }

    /// <summary>Says again what it is told; told to wait, it says so and waits first.</summary>
    private sealed class Waiting(Task gate) : IMessageHandler
    {
        public async ValueTask OnMessageAsync(Connection connection, Message message, CancellationToken cancellationToken)
        {
            string text = message.Text;
            if (text == "wait")
            {
                connection.TrySend("SERVER", new Message("begun"));
                await gate;
            }

            connection.TrySend("SERVER", new Message(text));
        }
    }

    private sealed class Doorkeeper : IMessageHandler
    {
        public ValueTask<bool> OnJoinAsync(Connection connection, string group, CancellationToken cancellationToken) => new(group != "secret");
    }

    /// <summary>Something that lives as long as a scope.</summary>
    private sealed class Part(ChannelWriter<string> events) : IAsyncDisposable
    {
        private static int _last;

        public int Number { get; } = Interlocked.Increment(ref _last);

        public ValueTask DisposeAsync()
        {
            events.TryWrite($"disposed {Number}");
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Scoped(Part part, ChannelWriter<string> events) : IMessageHandler
    {
        public ValueTask<Response> OnRequestAsync(Connection connection, Message request, CancellationToken cancellationToken) =>
            new(new Response(new[] { (byte)part.Number }));

        public ValueTask OnLeftAsync(Connection connection, string group)
        {
            events.TryWrite($"left {group}");
            return ValueTask.CompletedTask;
        }

        public ValueTask OnDisconnectedAsync(Connection connection, DisconnectReason reason)
        {
            events.TryWrite($"disconnected {connection.Alias}: {reason}");
            return ValueTask.CompletedTask;
        }
    }
}
