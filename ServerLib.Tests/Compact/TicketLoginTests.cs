using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ServerLib.Protocol;

namespace ServerLib.Tests.Compact;

/// <summary>Logins by ticket.</summary>
[TestClass]
public sealed class TicketLoginTests
{
    private const string Ok = """{"code":"ok"}""";
    private const string Invalid = """{"code":"failure","text":"The ticket is not valid."}""";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    [DataRow("alice")]
    [DataRow(" ALICE\n")]
    public async Task A_ticket_logs_in_and_may_be_used_until_it_expires(string name)
    {
        await using TicketServer server = await TicketServer.StartAsync();
        string ticket = await server.TakeTicketAsync();
        Assert.IsLessThanOrEqualTo(512, ticket.Length);
        Assert.IsTrue(ticket.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'), ticket);

        server.Time.Advance(Lifetime - TimeSpan.FromSeconds(1));
        for (int i = 0; i < 2; i++)
        {
            using CompactClient client = await server.OpenAsync();
            RawFrame welcome = await TicketServer.LogInAsync(client, TicketServer.ByTicket(name, ticket));
            Assert.AreEqual("alice", (string?)welcome.Json["alias"]);
            Assert.AreEqual(600, (int)welcome.Json["ticketSeconds"]!);
        }

        server.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.AreEqual(Invalid, await server.TryAsync("alice", ticket));
    }

    [TestMethod]
    public async Task A_ticket_logs_in_after_a_restart()
    {
        await using TicketServer server = await TicketServer.StartAsync();
        string ticket = await server.TakeTicketAsync();
        await server.RestartAsync();

        Assert.AreEqual(Ok, await server.TryAsync("alice", ticket));
    }

    [TestMethod]
    public async Task Tickets_are_offered_in_HELLO_and_go_only_to_clients_that_listed_them()
    {
        await using TicketServer server = await TicketServer.StartAsync();
        using CompactClient client = await CompactClient.ConnectAsync(server.Running.EndPoint);
        JsonNode hello = (await client.HelloAsync()).Json;
        Assert.AreEqual("""["PLAIN","KEY","TICKET"]""", hello["mechanisms"]!.ToJsonString());
        Assert.Contains("ticket", hello["features"]!.AsArray().Select(node => (string?)node));
        RawFrame welcome = await TicketServer.LogInAsync(client, TicketServer.ByPassword("alice", "secret", "id"));
        Assert.IsNull(welcome.Json["ticket"]);
        Assert.IsNull(welcome.Json["ticketSeconds"]);

        await client.SettleAsync();
        server.Time.Advance(Lifetime);
        await client.SendAsync(new RawFrame(FrameType.Ping, [7]));
        Assert.AreEqual(FrameType.Pong, (await client.ReceiveAsync()).Type);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Tickets_are_not_offered_if_they_are_off_or_accounts_have_no_stamps(bool isOff)
    {
        await using TicketServer server = await TicketServer.StartAsync(
            options => options.Login.TicketLifetime = isOff ? TimeSpan.Zero : Lifetime,
            services: isOff ? null : OpenDatabase.Use);
        using CompactClient client = await CompactClient.ConnectAsync(server.Running.EndPoint);
        JsonNode hello = (await client.HelloAsync()).Json;
        Assert.DoesNotContain("ticket", hello["features"]!.AsArray().Select(node => (string?)node));
        await client.SendAsync(TicketServer.ByTicket("alice", "x"));
        Assert.AreEqual("refused", (string?)(await client.ReceiveAsync(FrameType.Result)).Json["code"]);
        RawFrame welcome = await TicketServer.LogInAsync(client, TicketServer.ByPassword("alice", "secret"));

        Assert.IsNull(welcome.Json["ticket"]);
        Assert.IsFalse(File.Exists(server.KeyFile));
    }

    [TestMethod]
    public async Task A_ticket_is_refused_without_TLS_from_another_machine_like_a_password()
    {
        await using TicketServer server = await TicketServer.StartAsync();
        string ticket = await server.TakeTicketAsync();
        using CompactClient remote = server.OpenRemotely(isSecure: false);
        await remote.SendRawAsync((byte[])[.. "SLIB/2\r\n"u8, .. TicketServer.ByTicket("alice", ticket).ToBytes()]);

        Assert.AreEqual("refused", await remote.ReceiveCloseAsync());
    }

    [TestMethod]
    public async Task Password_guessing_does_not_delay_logins_by_ticket()
    {
        await using TicketServer server = await TicketServer.StartAsync(options => options.Login.MaxAttempts = 20);
        string ticket = await server.TakeTicketAsync();
        using CompactClient guesser = await server.OpenAsync();
        for (int i = 0; i < 6; i++)
        {
            await guesser.SendAsync(RawFrame.Login("alice", $"guess {i}"));
            await guesser.ReceiveAsync(FrameType.Result);
        }

        Assert.HasCount(1, server.Running.Throttle.Delays);
        Assert.AreEqual(Ok, await server.TryAsync("alice", ticket));
    }

    [TestMethod]
    public async Task A_banned_user_is_refused_by_ticket_as_by_password()
    {
        await using TicketServer server = await TicketServer.StartAsync();
        string ticket = await server.TakeTicketAsync();
        await server.Running.Server.BanAsync(new Ban("alice"), cancellationToken: _guard);
        using CompactClient client = await server.OpenAsync();
        await client.SendAsync(TicketServer.ByTicket("alice", ticket), TicketServer.ByPassword("alice", "secret"));

        string byTicket = (await client.ReceiveAsync(FrameType.Result)).Json.ToJsonString();
        Assert.StartsWith("""{"code":"banned""", byTicket);
        Assert.AreEqual(byTicket, (await client.ReceiveAsync(FrameType.Result)).Json.ToJsonString());
    }

    [TestMethod]
    public async Task A_login_by_ticket_counts_as_a_session_and_in_the_statistics()
    {
        await using TicketServer server = await TicketServer.StartAsync(options => options.Limits.MaxSessionsPerUser = 2);
        (CompactClient first, string ticket) = await server.JoinAsync();
        using CompactClient disposed = first;
        using CompactClient second = await server.OpenAsync();
        await TicketServer.LogInAsync(second, TicketServer.ByTicket("alice", ticket));
        await second.SettleAsync();
        Assert.AreEqual(2, server.Running.Ledger.Find("alice").Count);
        Assert.StartsWith("""{"code":"busy""", await server.TryAsync("alice", ticket));

        using var audit = new MemoryStream();
        await server.Database.AuditAsync(audit, _guard);
        JsonNode alice = JsonNode.Parse(audit.ToArray())!["users"]!["alice"]!;
        Assert.AreEqual(2, (int)alice["statistics"]!["logon_count"]!);
        Assert.AreEqual(2, (int)alice["statistics"]!["active_connections"]!);
        Assert.HasCount(2, alice["ip_ledger"]!["addr_list_ATTEMPT"]!.AsArray());
        Assert.HasCount(2, alice["ip_ledger"]!["addr_list_SUCCESS"]!.AsArray());
    }

    [TestMethod]
    public async Task The_audit_trail_names_logins_by_ticket_and_what_was_wrong()
    {
        await using TicketServer server = await TicketServer.StartAsync();
        string ticket = await server.TakeTicketAsync();
        await server.TryAsync("alice", ticket);
        await server.TryAsync("alice", "x");
        await server.TryAsync("bob", ticket);
        await server.Database.ChangeStampAsync("alice", _guard);
        await server.TryAsync("alice", ticket);
        server.Time.Advance(Lifetime);
        await server.TryAsync("alice", ticket);

        IReadOnlyList<AuditEntry> entries = await server.Running.Audit.ReadAsync(cancellationToken: _guard);
        Assert.Contains("by ticket", entries.Where(entry => entry.Event == AuditEvent.Logon).Select(entry => entry.Detail));
        CollectionAssert.AreEqual(
            (string[])
            [
                "alice by ticket: the ticket is not authentic",
                "bob by ticket: the ticket belongs to another account",
                "alice by ticket: the ticket was revoked, or the account has changed",
                "alice by ticket: the ticket has expired",
            ],
            entries.Where(entry => entry.Event == AuditEvent.FailedLogin).Select(entry => $"{entry.Name} {entry.Detail}").ToArray());
    }

    [TestMethod]
    public async Task Tickets_end_MaxTicketAge_after_the_last_login_by_password()
    {
        await using TicketServer server = await TicketServer.StartAsync(options => options.Login.MaxTicketAge = TimeSpan.FromMinutes(20));
        string ticket = await server.TakeTicketAsync();
        for (int i = 0; i < 2; i++)
        {
            server.Time.Advance(TimeSpan.FromMinutes(9));
            using CompactClient client = await server.OpenAsync();
            ticket = (string)(await TicketServer.LogInAsync(client, TicketServer.ByTicket("alice", ticket))).Json["ticket"]!;
        }

        server.Time.Advance(TimeSpan.FromMinutes(2));
        using CompactClient last = await server.OpenAsync();
        Assert.IsNull((await TicketServer.LogInAsync(last, TicketServer.ByTicket("alice", ticket))).Json["ticket"]);
        Assert.IsNotEmpty(await server.TakeTicketAsync());
    }
}
