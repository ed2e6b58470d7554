using Microsoft.Extensions.DependencyInjection;
using ServerLib.Testing;

namespace ServerLib.Tests.Users;

[TestClass]
public sealed class TestClientTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_test_client_expects_messages_in_order()
    {
        await using TestServer server = await StartAsync();
        await using TestClient ada = await server.ConnectTestClientAsync("ada", _guard);
        await ada.SendAsync("one");
        await ada.SendAsync("two");

        await ada.ExpectAsync("one");
        Assert.AreEqual("echo", (await ada.ReadAsync()).Sender);
        await ada.ExpectNothingAsync();
    }

    [TestMethod]
    public async Task A_test_client_that_gets_another_message_says_what_it_has_received()
    {
        await using TestServer server = await StartAsync();
        await using TestClient ada = await server.ConnectTestClientAsync("ada", _guard);
        await ada.SendAsync("one");
        await ada.ExpectAsync("one");
        await ada.SendAsync("two");

        TestFailedException failed = await Assert.ThrowsExactlyAsync<TestFailedException>(() => ada.ExpectAsync("three"));
        Assert.AreEqual(
            "ada expected the message 'three', but received 'Message echo: two'. "
            + "Received so far: 'Message echo: one', 'Message echo: two'.",
            failed.Message);
        await ada.SendAsync("four");
        failed = await Assert.ThrowsExactlyAsync<TestFailedException>(ada.ExpectNothingAsync);
        StringAssert.StartsWith(failed.Message, "ada expected no message, but received 'Message echo: four'.");
    }

    [TestMethod]
    public async Task A_test_client_that_waits_in_vain_fails_after_its_limit()
    {
        await using TestServer server = await StartAsync();
        await using var ada = new TestClient(await server.ConnectAsync("ada", _guard), TimeSpan.FromMilliseconds(50));
        using TestEvents<int> scores = ada.Events<int>("score");

        TestFailedException failed = await Assert.ThrowsExactlyAsync<TestFailedException>(() => ada.ReadAsync());
        Assert.AreEqual("ada waited 0.05 s for a message. Received so far: nothing.", failed.Message);
        failed = await Assert.ThrowsExactlyAsync<TestFailedException>(() => scores.ReadAsync());
        Assert.AreEqual("ada waited 0.05 s for the event 'score'. Received so far: nothing.", failed.Message);
        failed = await Assert.ThrowsExactlyAsync<TestFailedException>(() => ada.CallAsync("hang"));
        StringAssert.StartsWith(failed.Message, "ada waited 0.05 s for an answer to the call 'hang'.");
        failed = await Assert.ThrowsExactlyAsync<TestFailedException>(() => ada.ExpectClosedAsync());
        StringAssert.StartsWith(failed.Message, "ada waited 0.05 s for the end of the connection.");
    }

    [TestMethod]
    public async Task A_test_client_makes_calls_and_reads_events()
    {
        await using TestServer server = await StartAsync();
        await using TestClient ada = await server.ConnectTestClientAsync("ada", _guard);
        using TestEvents<int> scores = ada.Events<int>("score");

        Assert.AreEqual(3, await ada.CallAsync<int>("add-two", 1));
        Assert.AreEqual(3, await scores.ReadAsync());
        await ada.ExpectNothingAsync();
    }

    [TestMethod]
    public async Task A_test_client_sees_the_servers_clock_advance()
    {
        await using TestServer server = await StartAsync();
        await using TestClient ada = await server.ConnectTestClientAsync("ada", _guard);
        Task call = ada.CallAsync("remind");
        await ada.ExpectAsync("waiting");
        server.Time.Advance(TimeSpan.FromSeconds(20));

        await call;
        await ada.ExpectAsync("now");
    }

    [TestMethod]
    public async Task A_test_client_expects_the_end_of_the_connection()
    {
        await using TestServer server = await StartAsync();
        await using TestClient ada = await server.ConnectTestClientAsync("ada", _guard);
        server.Services.GetRequiredService<IConnectionLedger>().Find("ada").Single().End(DisconnectReason.Kicked, "Out.");

        TestFailedException failed = await Assert.ThrowsExactlyAsync<TestFailedException>(() => ada.ExpectClosedAsync("banned"));
        StringAssert.StartsWith(failed.Message, "ada expected the end of the connection with the code 'banned', but the code is 'kicked': ");
        Assert.AreEqual("kicked", (await ada.ExpectClosedAsync("kicked")).Code);
        failed = await Assert.ThrowsExactlyAsync<TestFailedException>(() => ada.ReadAsync());
        StringAssert.StartsWith(failed.Message, "ada expected a message, but the connection has ended: ");
    }

    private Task<TestServer> StartAsync() => TestServer.StartAsync(
        builder => builder
            .Configure(options => options.Limits.MaxConcurrentCalls = 2)
            .OnMessage((connection, message) => connection.TrySend("echo", message.Body))
            .MapCall("add-two", (int number, Connection from) =>
            {
                from.TrySendEvent("score", number + 2);
                return number + 2;
            })
            .MapCall("hang", (CancellationToken token) => Task.Delay(Timeout.Infinite, token))
            .MapCall("remind", async (Connection from, TimeProvider time, CancellationToken token) =>
            {
                var reminder = new TaskCompletionSource();
                using ITimer timer = time.CreateTimer(
                    _ => reminder.TrySetResult(), null, TimeSpan.FromSeconds(20), Timeout.InfiniteTimeSpan);
                from.TrySend("reminder", "waiting");
                await reminder.Task.WaitAsync(token);
                from.TrySend("reminder", "now");
            }),
        _guard);
}
