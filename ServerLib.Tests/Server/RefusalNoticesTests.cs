using Microsoft.Extensions.Time.Testing;
using ServerLib.Server;
using ServerLib.Testing;
using ServerLib.Tests.Compact;
using ServerLib.Tests.EndToEnd;
using ServerLib.Tests.Transport;
using ServerLib.Transport;

namespace ServerLib.Tests.Server;

[TestClass]
public sealed class RefusalNoticesTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_refused_client_is_told_when_to_try_again()
    {
        await using PipeServer server = await PipeServer.StartAsync(options => options.Limits.MaxUnauthenticatedPerAddress = 1);
        server.Connect();
        CompactClient refused = server.Connect();
        await refused.SendLoginAsync("ada");

        Assert.AreEqual(
            """{"code":"busy","text":"Too many clients of your address are logging in.","retryAfterMs":2000}""",
            (await refused.ReceiveOrClosedAsync())!.Json.ToJsonString());
        Assert.AreEqual(1, server.Logged.Count(line => line.Contains("Limits:MaxUnauthenticatedPerAddress")));
    }

    [TestMethod]
    public async Task A_refused_client_of_another_protocol_is_closed_without_an_answer()
    {
        await using PipeServer server = await PipeServer.StartAsync(options => options.Limits.MaxUnauthenticatedPerAddress = 1);
        server.Connect();
        CompactClient classic = server.Connect(), tls = server.Connect();
        await classic.SendRawAsync(ClassicWire.Plain("ada"));
        await tls.SendRawAsync(new byte[] { 0x16, 3, 1, 0, 200 });

        Assert.IsNull(await classic.ReceiveOrClosedAsync());
        Assert.IsNull(await tls.ReceiveOrClosedAsync());
    }

    [TestMethod]
    public async Task No_more_than_64_clients_are_told_at_once_and_none_for_long()
    {
        var notices = new RefusalNotices(_time);
        var waiting = new List<Task>();
        for (int i = 0; i < RefusalNotices.AtOnce; i++)
            waiting.Add(Refuse(notices, DisconnectReason.TooManyUnauthenticated));
        Assert.IsFalse(waiting.Exists(refusing => refusing.IsCompleted));
        await Refuse(notices, DisconnectReason.TooManyUnauthenticated).WaitAsync(_guard);

        _time.Advance(RefusalNotices.TimeLimit);
        await Task.WhenAll(waiting).WaitAsync(_guard);
        Assert.IsFalse(Refuse(notices, DisconnectReason.ServerFull).IsCompleted);
    }

    [TestMethod]
    public async Task A_shutdown_waits_for_no_client_that_is_being_told()
    {
        using var shutdown = new CancellationTokenSource();
        Task refusing = Refuse(new RefusalNotices(_time, shutdown.Token), DisconnectReason.ServerFull);
        await shutdown.CancelAsync();

        await refusing.WaitAsync(_guard);
    }

    [TestMethod]
    [DataRow(DisconnectReason.Banned)]
    [DataRow(DisconnectReason.Penalized)]
    public async Task A_banned_or_penalized_address_is_closed_unread(DisconnectReason reason) =>
        await Refuse(new RefusalNotices(_time), reason).WaitAsync(_guard);

    private static Task Refuse(RefusalNotices notices, DisconnectReason reason) =>
        notices.RefuseAsync(new PipeConnection(new PipePair().Server, new ConnectionFacts(new System.Net.IPEndPoint(1, 7))), reason);
}
