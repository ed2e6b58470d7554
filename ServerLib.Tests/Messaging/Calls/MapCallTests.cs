using System.Buffers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Messaging;

/// <summary>What is refused when methods are registered, or when the server starts; and the serializer.</summary>
[TestClass]
public sealed class MapCallTests
{
    [TestMethod]
    public void A_name_is_used_once_for_a_method_and_once_for_an_event()
    {
        var services = new ServiceCollection();
        IServerLibBuilder one = services.AddServerLib("one").MapCall("x", () => 1).MapEvent("x", () => { });
        services.AddServerLib("two").MapCall("x", () => 1).MapCall("X", () => 1);

        Assert.AreEqual("The server has a method 'x' already.", Assert.ThrowsExactly<InvalidOperationException>(() => one.MapCall("x", () => 2)).Message);
        Assert.AreEqual(
            "The server has a handler of the event 'x' already.", Assert.ThrowsExactly<InvalidOperationException>(() => one.MapEvent("x", () => { })).Message);
        Assert.ThrowsExactly<ArgumentException>(() => one.MapCall("", () => 1));
        Assert.ThrowsExactly<ArgumentException>(() => one.MapCall(new string('x', 256), () => 1));
        Assert.ThrowsExactly<ArgumentException>(() => one.MapCall("y", () => 1).RequireRole());
    }

    [TestMethod]
    public async Task A_method_with_two_arguments_fails_the_start() => await FailAsync(
        builder => builder.MapCall("x", (Pair first, Pair second, Connection _) => first == second),
        "parameters 'first' and 'second' would both be the argument. One parameter can be it; the others are Connection, CancellationToken or "
        + "registered services.");

    [TestMethod]
    public async Task A_parameter_by_reference_fails_the_start() =>
        await FailAsync(builder => builder.MapCall("x", (ref int value) => value), "parameter 'value' is ref, in or out.");

    [TestMethod]
    public void A_class_without_methods_or_with_a_hidden_one_is_refused()
    {
        IServerLibBuilder builder = new ServiceCollection().AddServerLib();

        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => builder.MapCalls<MapCallTests>()).Message, "no method with [Call] or [Event]");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => builder.MapCalls<Hidden>()).Message, "must be public");
    }

    [TestMethod]
    public async Task A_collection_of_services_is_a_service_and_one_of_values_is_the_argument()
    {
        await using CallServer server = await CallServer.StartAsync(builder =>
        {
            builder.Services.AddSingleton("one").AddSingleton("two").AddKeyedSingleton("key", new Version(1, 2));
            builder
                .MapCall("services", (IEnumerable<string> all) => all.Count())
                .MapCall("values", (IEnumerable<int> all) => all.Sum())
                .MapCall("keyed", ([FromKeyedServices("key")] Version version) => version.Minor);
        });
        using CompactClient alice = await server.JoinAsync();

        await alice.SendAsync(RawFrame.Call(1, "services"), RawFrame.Call(2, "values", "[1,2,3]"), RawFrame.Call(3, "keyed"));
        Assert.AreEqual("1 0 2", (await alice.ReceiveAsync(FrameType.Response)).Answer);
        Assert.AreEqual("2 0 6", (await alice.ReceiveAsync(FrameType.Response)).Answer);
        Assert.AreEqual("3 0 2", (await alice.ReceiveAsync(FrameType.Response)).Answer);
    }

    [TestMethod]
    public async Task Another_serializer_serves_calls_and_events()
    {
        await using CallServer server = await CallServer.StartAsync(builder => builder
            .Use<IBodySerializer>(new Plain())
            .OnConnected(async (connection, token) => await connection.SendEventAsync("hello", "you", token))
            .MapCall("upper", (string text) => text.ToUpperInvariant())
            .MapCall("bad", (int number) => number)
            .MapCall("all", async (IMessageRouter router) => (await router.SendEventToAllAsync("all", "of you")).Delivered + "!"));
        using CompactClient alice = await server.JoinAsync();
        await alice.SendAsync(RawFrame.Call(1, "upper", "hi"), RawFrame.Call(2, "bad", "1"), RawFrame.Call(3, "all"));

        Assert.AreEqual("hello you", string.Join(' ', (await alice.ReceiveAsync(FrameType.Event)).Parts(1)));
        Assert.AreEqual("1 0 HI", (await alice.ReceiveAsync(FrameType.Response)).Answer);
        Assert.AreEqual("2 242 The body does not match.", (await alice.ReceiveAsync(FrameType.Response)).Answer);
        Assert.AreEqual("all of you", string.Join(' ', (await alice.ReceiveAsync(FrameType.Event)).Parts(1)));
        Assert.AreEqual("3 0 1!", (await alice.ReceiveAsync(FrameType.Response)).Answer);
    }

    private static async Task FailAsync(Action<IServerLibBuilder> build, string problem)
    {
        InvalidOperationException e = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => CallServer.StartAsync(build));

        Assert.AreEqual("The method for 'x' cannot be called: " + problem, e.Message);
    }

    internal sealed class Hidden
    {
        [Call]
        private static int X() => 1;

        public static int Y() => X();
    }

    /// <summary>Serializes text as it is, and nothing else.</summary>
    private sealed class Plain : IBodySerializer
    {
        public void Serialize<T>(IBufferWriter<byte> body, T value) => Encoding.UTF8.GetBytes(value!.ToString()!, body);

        public T? Deserialize<T>(ReadOnlyMemory<byte> body) => (T)(object)Encoding.UTF8.GetString(body.Span);
    }
}
