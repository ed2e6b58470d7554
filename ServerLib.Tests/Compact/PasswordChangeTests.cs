using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ServerLib.Protocol;

namespace ServerLib.Tests.Compact;

/// <summary>The frame PASSWORD.</summary>
[TestClass]
public sealed class PasswordChangeTests
{
    private const string Old = "correct horse";
    private const string New = "battery staple";

    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_password_change_ends_only_the_other_sessions_of_the_account()
    {
        await using RunningServer server = await StartAsync();
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice", Old);
        using CompactClient elsewhere = await CompactClient.JoinAsync(server.EndPoint, "alice", Old);
        using CompactClient bob = await CompactClient.JoinAsync(server.EndPoint, "bob", Old);

        Assert.AreEqual("""{"code":"ok"}""", (await ChangeAsync(alice, Old, New)).Json.ToJsonString());
        Assert.AreEqual("account-changed", await elsewhere.ReceiveCloseAsync());
        await alice.SettleAsync();
        await bob.SettleAsync();
        Assert.AreEqual(LoginCode.Failure, (await server.Database.AuthenticateUserAsync(new("alice", Old), _guard)).Code);
        Assert.IsTrue((await server.Database.AuthenticateUserAsync(new("alice", New), _guard)).IsOk);
        AuditEntry changed = (await server.Audit.ReadNewestAsync(100)).Single(entry => entry.Event == AuditEvent.PasswordChanged);
        Assert.AreEqual("alice ", $"{changed.Name} {changed.Actor}");
    }

    [TestMethod]
    public async Task A_rule_that_is_broken_is_named_and_no_attempt()
    {
        await using RunningServer server = await StartAsync();
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice", Old);
        for (int i = 0; i < 10; i++)
        {
            RawFrame result = await ChangeAsync(alice, "wrong", "1234567");
            Assert.AreEqual("refused", (string?)result.Json["code"]);
            Assert.AreEqual("A password has 8 to 256 characters.", (string?)result.Json["text"]);
        }

        Assert.AreEqual("ok", (string?)(await ChangeAsync(alice, Old, "12345678")).Json["code"]);
    }

    [TestMethod]
    public async Task The_longest_password_that_may_be_set_still_fits_a_login()
    {
        await using RunningServer server = await StartAsync();
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, new string('x', 32), Old);

        // Four bytes a character, twelve as JSON writes them.
        string longest = string.Concat(Enumerable.Repeat("🔑", 256));
        Assert.AreEqual("ok", (string?)(await ChangeAsync(alice, Old, longest)).Json["code"]);
        using CompactClient again = await CompactClient.JoinAsync(server.EndPoint, new string('x', 32), longest);
    }

    [TestMethod]
    public async Task As_many_wrong_current_passwords_as_attempts_to_log_in_end_the_connection()
    {
        await using RunningServer server = await StartAsync(options => options.Login.MaxAttempts = 3);
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice", Old);
        for (int i = 0; i < 2; i++)
        {
            Assert.AreEqual(
                """{"code":"failure","text":"The current password is wrong."}""", (await ChangeAsync(alice, $"guess {i}", New)).Json.ToJsonString());
        }

        Assert.AreEqual("ok", (string?)(await ChangeAsync(alice, Old, New)).Json["code"]);
        for (int i = 0; i < 3; i++)
            Assert.AreEqual("failure", (string?)(await ChangeAsync(alice, "", Old)).Json["code"]);

        Assert.AreEqual("too-many-attempts", await alice.ReceiveCloseAsync());
        CollectionAssert.AreEqual(
            Enumerable.Repeat("alice password change: wrong password", 2).ToArray(),
            (await server.Audit.ReadNewestAsync(100)).Where(entry => entry.Event == AuditEvent.FailedLogin)
                .Select(entry => $"{entry.Name} {entry.Detail}").ToArray());
        Assert.IsTrue((await server.Database.AuthenticateUserAsync(new("alice", New), _guard)).IsOk);
    }

    [TestMethod]
    public async Task The_current_password_goes_through_what_holds_up_guessers_at_a_login()
    {
        var seen = new List<Credentials>();
        await using RunningServer server = await StartAsync(
            services: services => services.Replace(ServiceDescriptor.Singleton<IAuthenticator>(new Holding(seen))),
            build: builder => builder.UseUserDatabase<LiteDbUserDatabase>());
        await server.Database.AddAccountAsync("alice", Old, _guard);
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice", Old);
        RawFrame result = await ChangeAsync(alice, "guess", New);

        Assert.AreEqual("locked", (string?)result.Json["code"]);
        Assert.AreEqual(60_000, (int?)result.Json["retryAfterMs"]);
        Assert.AreEqual("alice guess True", $"{seen[^1].Username} {seen[^1].Password} {seen[^1].IsConfirmation}");
        Assert.IsNotNull(seen[^1].Address);
    }

    [TestMethod]
    public async Task A_full_hash_queue_is_busy_and_no_attempt()
    {
        await using RunningServer server = await StartAsync(
            services: services => services.Replace(ServiceDescriptor.Singleton<IAuthenticator>(new Busy())),
            build: builder => builder.UseUserDatabase<LiteDbUserDatabase>());
        await server.Database.AddAccountAsync("alice", Old, _guard);
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice", Old);
        for (int i = 0; i < 10; i++)
            Assert.AreEqual("busy", (string?)(await ChangeAsync(alice, Old, New)).Json["code"]);
    }

    [TestMethod]
    public async Task A_removed_account_is_not_registered_again_by_a_change()
    {
        await using RunningServer server = await StartAsync();
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice", Old);
        await server.Database.RemoveAccountAsync("alice", _guard);

        Assert.AreEqual("failure", (string?)(await ChangeAsync(alice, Old, New)).Json["code"]);
        Assert.IsFalse(await server.Database.HasUserAsync("alice", _guard));
    }

    [TestMethod]
    public async Task A_database_that_knows_no_change_refuses()
    {
        await using RunningServer server = await StartAsync(services: OpenDatabase.Use);
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice", Old);

        Assert.AreEqual("Passwords can't be changed here.", (string?)(await ChangeAsync(alice, Old, New)).Json["text"]);
    }

    [TestMethod]
    [DataRow("{")]
    [DataRow("{}")]
    [DataRow("""{"current":"x"}""")]
    [DataRow("""{"current":"x","new":1}""")]
    public async Task A_payload_that_is_not_the_expected_JSON_ends_the_connection(string payload)
    {
        await using RunningServer server = await StartAsync();
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice", Old);
        await alice.SendAsync(new RawFrame(FrameType.Password, System.Text.Encoding.UTF8.GetBytes(payload)));

        Assert.AreEqual("bad-frame", await alice.ReceiveCloseAsync());
    }

    [TestMethod]
    public async Task Many_password_changes_are_answered_in_order_and_the_last_one_counts()
    {
        await using RunningServer server = await StartAsync();
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice", Old);
        string[] passwords = [Old, .. Enumerable.Range(0, 50).Select(i => $"password {i}")];
        await alice.SendAsync([.. Enumerable.Range(0, 50).Select(i => Change(passwords[i], passwords[i + 1]))]);
        for (int i = 0; i < 50; i++)
            Assert.AreEqual("ok", (string?)(await alice.ReceiveAsync(FrameType.Result)).Json["code"]);

        Assert.IsTrue((await server.Database.AuthenticateUserAsync(new("alice", "password 49"), _guard)).IsOk);
    }

    [TestMethod]
    public async Task One_of_two_simultaneous_password_changes_succeeds()
    {
        await using RunningServer server = await StartAsync();
        using CompactClient one = await CompactClient.JoinAsync(server.EndPoint, "alice", Old);
        using CompactClient two = await CompactClient.JoinAsync(server.EndPoint, "alice", Old);
        await Task.WhenAll(one.SendAsync(Change(Old, "password one")), two.SendAsync(Change(Old, "password two")));
        string?[] ends = await Task.WhenAll(EndAsync(one), EndAsync(two));

        CollectionAssert.AreEquivalent((string[])["stays", "account-changed"], ends);
    }

    [TestMethod]
    public async Task The_client_of_the_library_changes_it_and_is_told_why_not()
    {
        await using RunningServer server = await StartAsync();
        var options = new ServerClientOptions { EndPoint = server.EndPoint, UserName = "alice", Password = Old };
        await using ServerClient alice = await ServerClient.ConnectAsync(options, _guard);
        ServerClientException wrong = await Assert.ThrowsExactlyAsync<ServerClientException>(() => alice.ChangePasswordAsync("x", New, _guard));
        ServerClientException refused = await Assert.ThrowsExactlyAsync<ServerClientException>(() => alice.ChangePasswordAsync(Old, "x", _guard));
        await alice.ChangePasswordAsync(Old, New, _guard);

        Assert.AreEqual("failure", wrong.Code);
        Assert.AreEqual("refused A password has 8 to 256 characters.", $"{refused.Code} {refused.Message}");
        Assert.AreEqual(New, options.Password);
    }

    private static Task<RunningServer> StartAsync(
        Action<ServerOptions>? configure = null, Action<IServiceCollection>? services = null, Action<IServerLibBuilder>? build = null) =>
        RunningServer.StartAsync(
            options =>
            {
                options.Passwords.MinLength = 8;
                configure?.Invoke(options);
            },
            services: services,
            build: build);

    private static RawFrame Change(string current, string chosen) => RawFrame.Control(FrameType.Password, new { current, @new = chosen });

    private static async Task<RawFrame> ChangeAsync(CompactClient client, string current, string chosen)
    {
        await client.SendAsync(Change(current, chosen));
        return await client.ReceiveAsync(FrameType.Result);
    }

    private static async Task<string?> EndAsync(CompactClient client)
    {
        // Only a client that stays sends more. What is sent to a closed socket resets it, and then its last frames are lost.
        while (await client.ReceiveOrClosedAsync() is { } frame)
        {
            if (frame.Type == FrameType.Close)
                return (string?)frame.Json["code"];
            if (frame.Type != FrameType.Result || (string?)frame.Json["code"] != "ok")
                continue;
            await client.SettleAsync();
            return "stays";
        }

        return null;
    }

    /// <summary>Answers <c>locked</c> to every confirmation of a password.</summary>
    private sealed class Holding(List<Credentials> seen) : IAuthenticator
    {
        public ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default)
        {
            seen.Add(credentials);
            return new(credentials.IsConfirmation
                ? new LoginResult(LoginCode.Delayed, RetryAfter: TimeSpan.FromMinutes(1))
                : LoginResult.Ok(credentials.Username));
        }
    }

    private sealed class Busy : IAuthenticator
    {
        public ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default) =>
            new(credentials.IsConfirmation ? new LoginResult(LoginCode.Busy) : LoginResult.Ok(credentials.Username));
    }
}
