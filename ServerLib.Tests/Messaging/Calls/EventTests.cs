using Microsoft.Extensions.DependencyInjection;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Messaging;

/// <summary>Events from clients, and events for many clients.</summary>
[TestClass]
public sealed class EventTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    [DataRow("unknown", "", "not-handled This event is not handled here.")]
    [DataRow("secret", "", "not-allowed You do not have the role for this event.")]
    [DataRow("number", "x", "bad-body The body does not match.")]
    [DataRow("fail", "", "failed The server could not handle this event.")]
    public async Task An_event_that_is_not_handled_is_answered_with_an_error(string name, string body, string expected)
    {
        await using CallServer server = await CallServer.StartAsync(builder => builder
            .MapEvent("secret", () => { }).RequireRole("admin")
            .MapEvent("number", (int number) => number)
            .MapEvent("fail", void () => throw new InvalidOperationException("failed")));
        using CompactClient alice = await server.JoinAsync();
        await alice.SendAsync(RawFrame.Event(name, body));

        RawFrame error = await alice.ReceiveAsync(FrameType.Error);
        Assert.AreEqual($"{expected} {name}", $"{error.Json["code"]} {error.Json["text"]} {error.Json["about"]}");
        Assert.HasCount(name == "fail" ? 1 : 0, server.Logged);
    }

    [TestMethod]
    public async Task An_event_reaches_everyone_a_group_or_a_user_who_understands_events()
    {
        await using CallServer server = await CallServer.StartAsync(builder => builder.OnMessage((_, _) => { }));
        using CompactClient alice = await server.JoinAsync("alice");
        using CompactClient bob = await server.JoinAsync("bob");
        using CompactClient old = await server.JoinAsync("old", "id");
        IMessageRouter router = server.Router;
        foreach (Connection connection in server.Services.GetRequiredService<IConnectionLedger>().Connections.Where(c => c.Alias != "bob").ToArray())
            await router.JoinAsync(connection, "chess", _guard);

        SendReport all = await router.SendEventToAllAsync("all", new Pair(1, 2), cancellationToken: _guard);
        SendReport group = await router.SendEventToGroupAsync("chess", "group", 1, CallContext.Default.Int32, cancellationToken: _guard);
        SendReport users = await router.SendEventToUsersAsync(["alice", "bob", "alice"], "users", 2, _guard);
        SendReport user = await router.SendEventToUserAsync("bob", "user", 3, _guard);
        SendReport raw = await router.SendEventToAllAsync(new EventMessage("raw", new byte[] { 0x21 }), cancellationToken: _guard);
        SendReport nobody = await router.SendEventToUserAsync("nobody", "x", 1, CallContext.Default.Int32, _guard);
        SendReport empty = await router.SendEventToGroupAsync("empty", "x", 1, cancellationToken: _guard);

        var missed = new SendReport(2, 0, 1) { Unreadable = 1 };
        Assert.AreEqual(missed, all);
        Assert.AreEqual(new SendReport(1, 0, 1) { Unreadable = 1 }, group);
        Assert.AreEqual(new SendReport(2, 0, 0), users);
        Assert.AreEqual(new SendReport(1, 0, 0), user);
        Assert.AreEqual(missed, raw);
        Assert.AreEqual(default, nobody);
        Assert.AreEqual(default, empty);
        Assert.AreEqual("""all {"a":1,"b":2}, group 1, users 2, raw !""", await EventsAsync(alice, 4));
        Assert.AreEqual("""all {"a":1,"b":2}, users 2, user 3, raw !""", await EventsAsync(bob, 4));
        await old.SettleAsync();
    }

    [TestMethod]
    public async Task An_event_leaves_out_its_sender_and_those_who_accept_only_smaller_frames()
    {
        await using CallServer server = await CallServer.StartAsync(builder => builder.OnMessage((_, _) => { }));
        using CompactClient alice = await server.JoinAsync("alice");
        using CompactClient bob = await server.JoinAsync("bob", maxFrame: 4096);
        Connection sender = server.Services.GetRequiredService<IConnectionLedger>().Find("alice").Single();

        Assert.AreEqual(new SendReport(1, 0, 0), await server.Router.SendEventToAllAsync("x", 1, sender, _guard));
        Assert.AreEqual(new SendReport(1, 0, 1) { TooLarge = 1 }, await server.Router.SendEventToAllAsync("x", new string('x', 5000), cancellationToken: _guard));
        await Assert.ThrowsExactlyAsync<ArgumentException>(() => server.Router.SendEventToAllAsync("", 1, cancellationToken: _guard).AsTask());
        Assert.AreEqual("x 1", await EventsAsync(bob, 1));
    }

    private static async Task<string> EventsAsync(CompactClient client, int count)
    {
        List<string> events = [];
        while (events.Count < count)
            events.Add(string.Join(' ', (await client.ReceiveAsync(FrameType.Event)).Parts(1)));
        return string.Join(", ", events);
    }
}
