using Microsoft.Extensions.DependencyInjection;
using ServerLib.Testing;

namespace ServerLib.Tests.Messaging;

/// <summary>A server with calls or events, and without a handler, is not a chat room.</summary>
[TestClass]
public sealed class CallsOnlyHandlerTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    [DataRow("call")]
    [DataRow("event")]
    [DataRow("class")]
    public async Task A_server_with_calls_and_without_a_handler_passes_nothing_on(string kind)
    {
        await using TestServer server = await TestServer.StartAsync(
            builder => _ = kind switch
            {
                "call" => builder.MapCall("add", (int number) => number + 1),
                "event" => builder.MapEvent("moved", (int _) => { }),
                _ => builder.MapCalls<Adder>(),
            },
            _guard);
        await using TestClient ada = await server.ConnectTestClientAsync("ada", _guard);
        await using TestClient bob = await server.ConnectTestClientAsync("bob", _guard);

        await bob.SendAsync("hello");
        await bob.Client.PingAsync(_guard);
        await ada.ExpectNothingAsync();
        ServerClientException refused = await Assert.ThrowsExactlyAsync<ServerClientException>(() => bob.Client.JoinAsync("lobby", _guard));
        Assert.AreEqual("join-refused", refused.Code);
    }

    [TestMethod]
    public async Task A_method_can_add_its_caller_to_a_group()
    {
        await using TestServer server = await TestServer.StartAsync(
            builder => builder.MapCall("join", (Connection from, IMessageRouter router) => router.JoinAsync(from, "lobby")), _guard);
        await using TestClient ada = await server.ConnectTestClientAsync("ada", _guard);

        Assert.IsTrue(await ada.CallAsync<bool>("join"));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task A_server_with_calls_can_also_be_a_chat_room(bool isMappedFirst)
    {
        await using TestServer server = await TestServer.StartAsync(
            builder =>
            {
                builder.Configure(options => options.Limits.MaxAnnounced = 0);
                if (isMappedFirst)
                    builder.MapCalls<Adder>().AddHandler<ChatRoom>();
                else
                    builder.AddHandler<ChatRoom>().MapCalls<Adder>();
            },
            _guard);
        await using TestClient ada = await server.ConnectTestClientAsync("ada", _guard);
        await using TestClient bob = await server.ConnectTestClientAsync("bob", _guard);

        await bob.SendAsync("hello");
        await ada.ExpectAsync("hello");
    }

    private sealed class Adder
    {
        private int _sum;

        [Call("add")]
        public int Add(int number) => _sum += number;
    }
}
