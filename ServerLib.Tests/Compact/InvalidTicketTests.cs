using ServerLib.Protocol;

namespace ServerLib.Tests.Compact;

/// <summary>Logins by tickets that are not valid, or not any more.</summary>
[TestClass]
public sealed class InvalidTicketTests
{
    private const string Ok = """{"code":"ok"}""";
    private const string Invalid = """{"code":"failure","text":"The ticket is not valid."}""";

    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    [DataRow("password")]
    [DataRow("key added")]
    [DataRow("key removed")]
    [DataRow("role")]
    [DataRow("lock")]
    [DataRow("revoked")]
    [DataRow("removed")]
    [DataRow("removed and added")]
    public async Task A_ticket_is_not_valid_after_its_account_has_changed(string what)
    {
        await using TicketServer server = await TicketServer.StartAsync();
        LiteDbUserDatabase database = server.Database;
        await server.TakeTicketAsync();
        byte[] key = EndToEnd.ClientKeys.Next().ExportSubjectPublicKeyInfo();
        if (what == "key removed")
            await database.AddKeyAsync("alice", "laptop", key, _guard);
        string ticket = await server.TakeTicketAsync();

        switch (what)
        {
            case "password":
                await database.SetPasswordAsync("alice", "secret", cancellationToken: _guard);
                break;
            case "key added":
                await database.AddKeyAsync("alice", "laptop", key, _guard);
                break;
            case "key removed":
                await database.RemoveKeyAsync("alice", "laptop", _guard);
                break;
            case "role":
                await database.SetAdminAsync("alice", true, _guard);
                await database.SetAdminAsync("alice", false, _guard);
                break;
            case "lock":
                await database.SetLockedAsync("alice", true, _guard);
                Assert.AreEqual(Invalid, await server.TryAsync("alice", ticket));
                await database.SetLockedAsync("alice", false, _guard);
                break;
            case "revoked":
                Assert.IsTrue(await database.ChangeStampAsync("Alice", _guard));
                break;
            default:
                await database.RemoveAccountAsync("alice", _guard);
                if (what == "removed and added")
                    await database.AddAccountAsync("alice", "secret", _guard);
                break;
        }

        Assert.AreEqual(Invalid, await server.TryAsync("alice", ticket));
        if (what != "removed")
            Assert.AreEqual(Ok, await server.TryAsync("alice", await server.TakeTicketAsync()));
    }

    [TestMethod]
    [DataRow("of another account")]
    [DataRow("of another server")]
    [DataRow("of a server whose keys were deleted")]
    [DataRow("with another name")]
    [DataRow("with an unknown name")]
    [DataRow("cut off")]
    [DataRow("too long")]
    [DataRow("empty")]
    [DataRow("not base64url")]
    public async Task What_is_no_ticket_of_the_account_fails_in_the_same_way(string what)
    {
        await using TicketServer server = await TicketServer.StartAsync();
        string ticket = await server.TakeTicketAsync();
        string ofBob = await server.TakeTicketAsync("bob");
        await using TicketServer other = await TicketServer.StartAsync();
        string ofOther = await other.TakeTicketAsync();
        if (what == "of a server whose keys were deleted")
            await server.RestartAsync(() => File.Delete(server.KeyFile));

        (string name, string sent) = what switch
        {
            "of another account" => ("alice", ofBob),
            "of another server" => ("alice", ofOther),
            "with another name" => ("bob", ticket),
            "with an unknown name" => ("carol", ticket),
            "cut off" => ("alice", ticket[..^4]),
            "too long" => ("alice", ticket + new string('A', 600)),
            "empty" => ("alice", ""),
            "not base64url" => ("alice", "!" + ticket[1..]),
            _ => ("alice", ticket),
        };
        Assert.AreEqual(Invalid, await server.TryAsync(name, sent));
    }

    [TestMethod]
    public async Task An_invalid_ticket_costs_no_penalty_and_no_delay_but_counts_as_an_attempt()
    {
        await using TicketServer server = await TicketServer.StartAsync(options => options.Login.MaxAttempts = 8);
        await server.TakeTicketAsync();
        using CompactClient client = server.OpenRemotely(isSecure: true);
        await client.HelloAsync();
        for (int i = 0; i < 7; i++)
        {
            await client.SendAsync(TicketServer.ByTicket("alice", $"ticket{i}"));
            Assert.AreEqual(Invalid, (await client.ReceiveAsync(FrameType.Result)).Json.ToJsonString());
        }

        Assert.IsEmpty(server.Running.Throttle.Penalties);
        Assert.IsEmpty(server.Running.Throttle.Delays);
        await client.SendAsync(TicketServer.ByTicket("alice", "ticket"));
        Assert.AreEqual("too-many-attempts", await client.ReceiveCloseAsync());
    }

    [TestMethod]
    public async Task A_clock_that_was_set_back_invalidates_earlier_tickets()
    {
        var clock = new SettableTime();
        await using TicketServer server = await TicketServer.StartAsync(clock: clock);
        string ticket = await server.TakeTicketAsync();
        clock.Offset = -TimeSpan.FromSeconds(30);
        Assert.AreEqual(Ok, await server.TryAsync("alice", ticket));
        clock.Offset = -TimeSpan.FromHours(1);
        Assert.AreEqual(Invalid, await server.TryAsync("alice", ticket));

        Assert.AreEqual(Ok, await server.TryAsync("alice", await server.TakeTicketAsync()));
    }
}
