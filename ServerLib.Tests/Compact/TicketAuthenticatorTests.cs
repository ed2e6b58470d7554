using Microsoft.Extensions.DependencyInjection;
using ServerLib.Protocol;

namespace ServerLib.Tests.Compact;

/// <summary>What an authenticator and a hasher see of logins by ticket.</summary>
[TestClass]
public sealed class TicketAuthenticatorTests
{
    private const string Ok = """{"code":"ok"}""";
    private const string Invalid = """{"code":"failure","text":"The ticket is not valid."}""";

    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task An_authenticator_sees_a_valid_ticket_and_may_refuse_it()
    {
        await using TicketServer server = await TicketServer.StartAsync(build: builder =>
            builder.UseUserDatabase<LiteDbUserDatabase>().UseAuthenticator<Choosy>());
        await server.Database.AddAccountAsync("alice", "secret", _guard);
        await server.Database.AddAccountAsync("bob", "secret", _guard);

        Assert.AreEqual(Ok, await server.TryAsync("Alice", await server.TakeTicketAsync()));
        Assert.AreEqual("""{"code":"failure","text":"Not by ticket."}""", await server.TryAsync("bob", await server.TakeTicketAsync("bob")));
        Assert.AreEqual(Invalid, await server.TryAsync("bob", "x"));
    }

    [TestMethod]
    public async Task A_login_by_ticket_ends_if_the_account_changes_while_it_is_checked()
    {
        await using TicketServer server = await TicketServer.StartAsync(build: builder =>
            builder.UseUserDatabase<LiteDbUserDatabase>().UseAuthenticator<Slow>());
        await server.Database.AddAccountAsync("alice", "secret", _guard);
        string ticket = await server.TakeTicketAsync();
        using CompactClient client = await server.OpenAsync();
        await client.SendAsync(TicketServer.ByTicket("alice", ticket));
        var slow = (Slow)server.Running.Authenticator;
        await slow.Asked.Task.WaitAsync(_guard);
        await server.Database.SetPasswordAsync("alice", "another", cancellationToken: _guard);
        server.Running.Server.EndSessions("alice", DisconnectReason.AccountChanged);
        slow.MayAnswer.SetResult();

        Assert.AreEqual("account-changed", await client.ReceiveCloseAsync());
    }

    [TestMethod]
    public async Task Nothing_is_hashed_for_a_ticket()
    {
        var hasher = new Passwords.FakeHasher();
        await using TicketServer server = await TicketServer.StartAsync(build: builder => builder.Use<IPasswordHasher>(hasher));
        string ticket = await server.TakeTicketAsync();
        int before = hasher.Compared.Count;
        await server.TryAsync("alice", "x");
        await server.TryAsync("bob", ticket);
        Assert.AreEqual(Ok, await server.TryAsync("alice", ticket));

        Assert.HasCount(before, hasher.Compared);
    }

    private sealed class Choosy : IAuthenticator
    {
        public ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default)
        {
            if (credentials.Ticket is not { } ticket)
                return new(credentials.Password.Length > 0 ? LoginResult.Ok(credentials.Username) : throw new AssertFailedException("Not verified."));
            Assert.AreEqual(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero), ticket.LastLogin);
            Assert.AreEqual(ticket.LastLogin, ticket.IssuedAt);
            return new(ticket.Alias == "alice" ? LoginResult.Ok(ticket.Alias) : new LoginResult(LoginCode.Failure) { Text = "Not by ticket." });
        }
    }

    private sealed class Slow : IAuthenticator
    {
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource MayAnswer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default)
        {
            if (credentials.Ticket is not null)
            {
                Asked.SetResult();
                await MayAnswer.Task.WaitAsync(cancellationToken);
            }

            return LoginResult.Ok(credentials.Username);
        }
    }
}
