using System.Collections.Concurrent;
using System.Globalization;
using ServerLib.Protocol;

namespace ServerLib.Tests.Resuming;

/// <summary><see cref="ServerClient"/> continues its session when its connection is lost.</summary>
[TestClass]
public sealed class ClientResumeTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    [DataRow(TlsMode.None)]
    [DataRow(TlsMode.Pinned)]
    public async Task No_message_request_or_event_is_lost_or_duplicated_when_connections_are_cut(TlsMode tls)
    {
        const int Count = 300;
        var room = new EchoingRoom();
        await using RunningServer server = await RunningServer.StartAsync(
            options => options.Limits.MaxMessageRate = 0, _ => room);
        await using var proxy = new CuttingProxy(server.EndPoint);
        await using ServerClient alice = await ConnectAsync(server, proxy, "alice", tls);
        await using ServerClient bob = await ConnectAsync(server, proxy, "bob", tls);
        string session = alice.Session;
        var events = new ConcurrentQueue<int>();
        using IDisposable subscription = bob.On<int>("numbered", events.Enqueue);

        // Then the server has the ACKs of both.
        await alice.PingAsync(_guard);
        await bob.PingAsync(_guard);

        Task<List<string>> reading = ReadAsync(bob, Count);
        Task sending = SendAsync(alice, Count);
        Task<int[]> asking = AskAsync(bob, Count);
        var random = new Random(1);
        while (!reading.IsCompleted || !sending.IsCompleted || !asking.IsCompleted)
        {
            await Task.WhenAny(alice.PingAsync(_guard), bob.PingAsync(_guard));
            proxy.Cut(resets: random.Next(2) == 0);
        }

        await sending;
        CollectionAssert.AreEqual(Enumerable.Range(0, Count).Select(i => $"{i}").ToList(), await reading);
        CollectionAssert.AreEqual(Enumerable.Range(0, Count).ToArray(), await asking);
        await bob.RequestAsync("last", null, _guard);
        CollectionAssert.AreEqual(Enumerable.Range(0, Count).ToArray(), events.ToArray());
        Assert.AreEqual(session, alice.Session);
        Assert.HasCount(1, server.Ledger.Find("alice"));
    }

    [TestMethod]
    public async Task A_client_logs_in_again_when_the_server_no_longer_has_the_session()
    {
        await using RunningServer server = await RunningServer.StartAsync(options => options.Login.Plaintext = PlaintextPolicy.Anywhere);
        await using var proxy = new CuttingProxy(server.EndPoint);
        await using ServerClient alice = await ConnectAsync(server, proxy, "alice", TlsMode.None);
        string session = alice.Session;
        server.Ledger.Find("alice").Single().End(DisconnectReason.ConnectionLost);

        await foreach (ReceivedMessage message in alice.ReadAllAsync(_guard))
        {
            if (message.Kind == ReceivedKind.Reconnected)
                break;
        }

        Assert.AreNotEqual(session, alice.Session);
    }

    [TestMethod]
    public async Task A_client_that_does_not_reconnect_keeps_no_session()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient alice = await server.ConnectAsync("alice", _guard);
        Assert.IsNull(server.Ledger.Find("alice").Single().Resumption);
    }

    private async Task<ServerClient> ConnectAsync(RunningServer server, CuttingProxy proxy, string name, TlsMode tls) =>
        await server.ConnectAsync(name, _guard, options =>
        {
            options.EndPoint = proxy.EndPoint;
            options.Reconnect = true;
            options.ReconnectDelay = TimeSpan.FromMilliseconds(1);
            options.Tls = tls;
            options.Fingerprint = tls == TlsMode.Pinned ? server.Certificate.Fingerprint : null;
        });

    private async Task SendAsync(ServerClient client, int count)
    {
        for (int i = 0; i < count; i++)
            await client.SendAsync(i.ToString(CultureInfo.InvariantCulture), _guard);
    }

    private async Task<List<string>> ReadAsync(ServerClient client, int count)
    {
        var texts = new List<string>();
        await foreach (ReceivedMessage message in client.ReadAllAsync(_guard))
        {
            if (message.Kind == ReceivedKind.Message)
                texts.Add(message.Text);
            Assert.AreNotEqual(ReceivedKind.Left, message.Kind);
            Assert.AreNotEqual(ReceivedKind.Reconnected, message.Kind);
            if (texts.Count == count)
                break;
        }

        return texts;
    }

    private async Task<int[]> AskAsync(ServerClient client, int count)
    {
        int[] answers = new int[count];
        for (int i = 0; i < count; i++)
            answers[i] = int.Parse((await client.RequestAsync($"{i}", null, _guard)).Text, CultureInfo.InvariantCulture);
        return answers;
    }

    /// <summary>Passes messages on to the other users, answers requests with their text, and sends each number that it is asked as an event.</summary>
    private sealed class EchoingRoom : IMessageHandler
    {
        private readonly ConcurrentDictionary<string, Connection> _users = [];

        public ValueTask OnConnectedAsync(Connection connection, CancellationToken cancellationToken)
        {
            _users[connection.Alias] = connection;
            return ValueTask.CompletedTask;
        }

        public ValueTask OnMessageAsync(Connection connection, Message message, CancellationToken cancellationToken)
        {
            foreach (Connection user in _users.Values.Where(user => user != connection))
                user.TrySend(connection.Alias, message);
            return ValueTask.CompletedTask;
        }

        public ValueTask<Response> OnRequestAsync(Connection connection, Message request, CancellationToken cancellationToken)
        {
            if (int.TryParse(request.Text, out int number))
                connection.TrySendEvent("numbered", number);
            return new(new Response(request.Text));
        }
    }
}
