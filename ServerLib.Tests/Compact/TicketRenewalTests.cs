using ServerLib.Protocol;

namespace ServerLib.Tests.Compact;

/// <summary>The tickets that a client gets while it is connected.</summary>
[TestClass]
public sealed class TicketRenewalTests
{
    private const string Ok = """{"code":"ok"}""";
    private static readonly TimeSpan Half = TimeSpan.FromMinutes(5);

    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_connected_client_gets_a_ticket_at_half_of_the_lifetime_for_hours()
    {
        await using TicketServer server = await TicketServer.StartAsync();
        (CompactClient client, string ticket) = await server.JoinAsync();
        using CompactClient disposed = client;
        for (int i = 0; i < 36; i++)
        {
            server.Time.Advance(Half);
            Assert.AreNotEqual(ticket, ticket = await AdvanceUntilTicketAsync(server, client));
        }

        Assert.AreEqual(Ok, await server.TryAsync("alice", ticket));
    }

    [TestMethod]
    public async Task A_ticket_comes_not_before_it_is_due()
    {
        await using TicketServer server = await TicketServer.StartAsync();
        (CompactClient client, string _) = await server.JoinAsync();
        using CompactClient disposed = client;
        server.Time.Advance(TimeSpan.FromMinutes(4));
        await client.SendAsync(new RawFrame(FrameType.Ping, [7]));

        Assert.AreEqual(FrameType.Pong, (await client.ReceiveAsync()).Type);
    }

    [TestMethod]
    public async Task Renewal_goes_on_over_logins_by_ticket_and_ends_at_MaxTicketAge()
    {
        await using TicketServer server = await TicketServer.StartAsync(options => options.Login.MaxTicketAge = TimeSpan.FromMinutes(12));
        string first = await server.TakeTicketAsync();
        server.Time.Advance(TimeSpan.FromMinutes(4));
        using CompactClient client = await server.OpenAsync();
        await TicketServer.LogInAsync(client, TicketServer.ByTicket("alice", first));
        await client.SettleAsync();

        server.Time.Advance(Half);
        string last = await ReceiveTicketAsync(client);
        server.Time.Advance(Half);
        await client.SettleAsync();
        server.Time.Advance(Half);
        await client.SendAsync(new RawFrame(FrameType.Ping, [7]));
        Assert.AreEqual(FrameType.Pong, (await client.ReceiveAsync()).Type);
        Assert.AreNotEqual(first, last);
    }

    [TestMethod]
    public async Task A_client_that_changes_its_password_gets_a_valid_ticket_soon()
    {
        await using TicketServer server = await TicketServer.StartAsync();
        (CompactClient client, string old) = await server.JoinAsync();
        using CompactClient disposed = client;
        await client.SendAsync(RawFrame.Text(FrameType.Password, """{"current":"secret","new":"another"}"""));
        Assert.AreEqual(Ok, (await client.ReceiveAsync(FrameType.Result)).Json.ToJsonString());

        string ticket = await AdvanceUntilTicketAsync(server, client);
        Assert.AreEqual(Ok, await server.TryAsync("alice", ticket));
        Assert.AreNotEqual(Ok, await server.TryAsync("alice", old));
    }

    [TestMethod]
    public async Task A_connection_that_is_ended_after_an_account_change_gets_no_new_ticket()
    {
        await using TicketServer server = await TicketServer.StartAsync();
        (CompactClient client, string _) = await server.JoinAsync();
        using CompactClient disposed = client;
        await server.Database.ChangeStampAsync("alice", _guard);

        // The ticket is due between the change and the end of the sessions.
        server.Time.Advance(Half);
        for (int i = 0; i < 4; i++)
        {
            server.Time.Advance(TimeSpan.FromSeconds(1));
            await server.Database.HasUserAsync("alice", _guard);
            await client.SendAsync(new RawFrame(FrameType.Ping, [7]));
            Assert.AreEqual(FrameType.Pong, (await client.ReceiveAsync()).Type);
        }

        server.Running.Server.EndSessions("alice", DisconnectReason.AccountChanged);
        Assert.AreEqual("account-changed", await client.ReceiveCloseAsync());
    }

    [TestMethod]
    public async Task A_connection_that_stays_after_its_tickets_were_revoked_gets_a_new_one()
    {
        await using TicketServer server = await TicketServer.StartAsync();
        (CompactClient client, string old) = await server.JoinAsync();
        using CompactClient disposed = client;
        await server.Database.ChangeStampAsync("alice", _guard);

        server.Time.Advance(Half);
        string ticket = await AdvanceUntilTicketAsync(server, client);
        Assert.AreEqual(Ok, await server.TryAsync("alice", ticket));
        Assert.AreNotEqual(Ok, await server.TryAsync("alice", old));
    }

    private static async Task<string> ReceiveTicketAsync(CompactClient client)
    {
        RawFrame frame = await client.ReceiveAsync();
        Assert.AreEqual((FrameType)0x0C, frame.Type);
        Assert.AreEqual(600, (int)frame.Json["ticketSeconds"]!);
        return (string)frame.Json["ticket"]!;
    }

    /// <summary>Lets time pass second by second until the next ticket has come: the server looks at the account first.</summary>
    private static async Task<string> AdvanceUntilTicketAsync(TicketServer server, CompactClient client)
    {
        Task<RawFrame> receiving = client.ReceiveAsync(FrameType.Ticket);
        while (!receiving.IsCompleted)
        {
            server.Time.Advance(TimeSpan.FromSeconds(1));
            await client.SendAsync(new RawFrame(FrameType.Ping, []));
            await server.Database.HasUserAsync("alice", Guard.NewToken());
        }

        return (string)(await receiving).Json["ticket"]!;
    }
}
