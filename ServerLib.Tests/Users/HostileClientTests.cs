using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ServerLib.Testing;

namespace ServerLib.Tests.Users;

[TestClass]
public sealed class HostileClientTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_client_that_sends_a_byte_at_a_time_logs_in()
    {
        await using TestServer server = await TestServer.StartAsync(cancellationToken: _guard);
        using var client = HostileClient.Connect(server);
        await client.SendByteByByteAsync(Encoding.ASCII.GetBytes(HostileClient.Preface));
        await client.SendByteByByteAsync(HostileFrame.Login("ada").ToBytes());

        await client.ExpectAsync(FrameKind.Result, "ok");
        await client.ExpectAliveAsync();
    }

    [TestMethod]
    public async Task A_client_that_stalls_in_its_login_is_closed()
    {
        await using TestServer server = await TestServer.StartAsync(cancellationToken: _guard);
        using var client = HostileClient.Connect(server);
        await client.SendAsync(HostileClient.Preface);
        await client.ExpectAsync(FrameKind.Hello);
        await client.SendPartAsync(HostileFrame.Login("ada"));
        server.Time.Advance(TimeSpan.FromMinutes(5));

        await client.ExpectClosedAsync("login-timeout");
    }

    [TestMethod]
    [DataRow(0u, "bad-frame")]
    [DataRow(uint.MaxValue, "frame-too-large")]
    public async Task A_frame_with_a_wrong_length_ends_the_connection(uint length, string code)
    {
        await using TestServer server = await TestServer.StartAsync(cancellationToken: _guard);
        using var client = HostileClient.Connect(server);
        await client.LogInAsync("mallory");
        await client.SendWithLengthAsync(new HostileFrame(FrameKind.ClientMessage, "hello"), length);

        await client.ExpectClosedAsync(code);
    }

    [TestMethod]
    public async Task A_client_that_never_reads_is_closed_and_others_are_not()
    {
        await using TestServer server = await TestServer.StartAsync(
            b => b.OnMessage((connection, message) => connection.TrySend("echo", message.Body)), _guard);
        using var client = HostileClient.Connect(server);
        await client.LogInAsync("mallory");
        await using TestClient ada = await server.ConnectTestClientAsync("ada", _guard);
        await client.FloodAsync(new HostileFrame(FrameKind.ClientMessage, new string('x', 10_000)), 1_000);

        await ada.SendAsync("hello");
        await ada.ExpectAsync("hello");
        await client.ExpectClosedAsync();
    }

    [TestMethod]
    public async Task A_client_that_disconnects_in_the_middle_of_a_frame_is_logged_off()
    {
        var left = new TaskCompletionSource<DisconnectReason>();
        await using TestServer server = await TestServer.StartAsync(
            b => b.OnDisconnected((_, reason) =>
            {
                left.SetResult(reason);
                return ValueTask.CompletedTask;
            }),
            _guard);
        using var client = HostileClient.Connect(server);
        await client.LogInAsync("mallory");
        await client.SendPartAsync(new HostileFrame(FrameKind.ClientMessage, "hello"));
        client.Disconnect();

        Assert.AreEqual(DisconnectReason.EndOfStream, await left.Task.WaitAsync(_guard));
    }

    [TestMethod]
    public async Task A_classic_client_gets_FAILURE_for_a_wrong_password()
    {
        await using TestServer server = await TestServer.StartAsync(cancellationToken: _guard);
        await using (await server.ConnectAsync("ada", _guard))
        {
            using var client = HostileClient.Connect(server);
            await client.SendAsync(HostileClient.ClassicFrame("ada") + HostileClient.ClassicFrame("wrong"));
            await client.ExpectTextAsync(HostileClient.ClassicFrame("FAILURE"));
        }
    }

    [TestMethod]
    public async Task A_failure_contains_the_steps_of_the_script()
    {
        await using TestServer server = await TestServer.StartAsync(cancellationToken: _guard);
        using var client = HostileClient.Connect(server);
        await client.SendAsync(HostileClient.Preface);
        await client.SendAsync(new HostileFrame(FrameKind.ClientMessage, "too early"));

        TestFailedException failed = await Assert.ThrowsExactlyAsync<TestFailedException>(() => client.ExpectClosedAsync("bad-frame"));
        Assert.AreEqual(
            "The client expected CLOSE 'bad-frame', but the server closed with 'out-of-turn'. "
            + "Its steps: sent 8 bytes; sent ClientMessage; received Hello; received Close 'out-of-turn'.",
            failed.Message);
    }
}
