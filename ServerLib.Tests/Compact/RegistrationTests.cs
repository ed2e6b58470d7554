using ServerLib.Protocol;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Compact;

/// <summary>Who may register, over the wire.</summary>
[TestClass]
public sealed class RegistrationTests
{
    private const string Password = "correct horse";
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    [DataRow(RegistrationPolicy.Open, "open")]
    [DataRow(RegistrationPolicy.Closed, "closed")]
    [DataRow(RegistrationPolicy.Invitation, "invitation")]
    public async Task HELLO_contains_the_registration_policy(RegistrationPolicy policy, string expected)
    {
        await using RunningServer server = await RunningServer.StartAsync(options => options.Login.Registration = policy);
        using CompactClient client = await GreetAsync(server);

        Assert.AreEqual(expected, (string?)(await client.ReceiveAsync(FrameType.Hello)).Json["registration"]);
    }

    [TestMethod]
    public async Task A_short_password_is_refused_with_the_rule_and_FAILURE_to_a_classic_client()
    {
        await using RunningServer server = await RunningServer.StartAsync(options => options.Passwords.MinLength = 8);
        using CompactClient client = await GreetAsync(server);
        RawFrame result = await LogInAsync(client, "alice", null, "1234567");

        Assert.AreEqual("refused", (string?)result.Json["code"]);
        Assert.AreEqual("A password has 8 to 256 characters.", (string?)result.Json["text"]);
        using ClassicClient classic = await ClassicClient.ConnectAsync(server.EndPoint, _guard);
        Assert.AreEqual("FAILURE", await classic.LoginAsync("alice", "1234567", _guard));
        Assert.AreEqual("OK", await classic.LoginAsync("alice", "12345678", _guard));
    }

    [TestMethod]
    public async Task An_invitation_registers_and_the_same_one_does_not_again()
    {
        await using RunningServer server = await InvitingAsync();
        (_, string code) = await server.Database.InviteAsync(cancellationToken: _guard);
        using CompactClient alice = await GreetAsync(server);
        using CompactClient bob = await GreetAsync(server);

        Assert.AreEqual("""{"code":"ok"}""", (await LogInAsync(alice, "alice", code)).Json.ToJsonString());
        Assert.AreEqual("failure", (string?)(await LogInAsync(bob, "bob", code)).Json["code"]);
    }

    [TestMethod]
    public async Task Without_a_good_code_nothing_tells_an_unknown_name_from_a_known_one()
    {
        await using RunningServer server = await InvitingAsync();
        await server.Database.AddAccountAsync("known", Password, _guard);
        (_, string expired) = await server.Database.InviteAsync(TimeSpan.FromTicks(1), _guard);
        using CompactClient client = await GreetAsync(server);
        var answers = new HashSet<string>();
        foreach (string? code in (string?[])[null, "", "no code", new string('0', 40), expired])
        {
            // The shortest breaks a rule, which is nobody's business without a code.
            answers.Add((await LogInAsync(client, "known", code, "x")).Json.ToJsonString());
            answers.Add((await LogInAsync(client, "unknown", code, "x")).Json.ToJsonString());
        }

        Assert.AreEqual("""{"code":"failure","text":"The name or the password is wrong."}""", answers.Single());
    }

    [TestMethod]
    public async Task A_password_that_breaks_a_rule_does_not_use_up_the_invitation()
    {
        await using RunningServer server = await InvitingAsync();
        (_, string code) = await server.Database.InviteAsync(cancellationToken: _guard);
        using CompactClient client = await GreetAsync(server);

        Assert.AreEqual("refused", (string?)(await LogInAsync(client, "alice", code, "short")).Json["code"]);
        Assert.AreEqual("ok", (string?)(await LogInAsync(client, "alice", code)).Json["code"]);
    }

    [TestMethod]
    public async Task A_login_to_an_existing_account_does_not_use_up_an_invitation()
    {
        await using RunningServer server = await InvitingAsync();
        await server.Database.AddAccountAsync("alice", Password, _guard);
        (_, string code) = await server.Database.InviteAsync(cancellationToken: _guard);
        foreach (string? given in (string?[])[null, code, "wrong"])
        {
            using CompactClient client = await GreetAsync(server);
            Assert.AreEqual("ok", (string?)(await LogInAsync(client, "alice", given)).Json["code"]);
        }

        Assert.IsTrue(await server.Database.IsInvitedAsync(code, _guard));
        using ClassicClient classic = await ClassicClient.ConnectAsync(server.EndPoint, _guard);
        Assert.AreEqual("FAILURE", await classic.LoginAsync("bob", Password, _guard));
        Assert.AreEqual("OK", await classic.LoginAsync("alice", Password, _guard));
    }

    [TestMethod]
    public async Task The_client_of_the_library_brings_its_invitation()
    {
        await using RunningServer server = await InvitingAsync();
        (_, string code) = await server.Database.InviteAsync(cancellationToken: _guard);
        var options = new ServerClientOptions { EndPoint = server.EndPoint, UserName = "alice", Password = Password };
        await Assert.ThrowsExactlyAsync<LoginException>(() => ServerClient.ConnectAsync(options, _guard));
        options.Invitation = code;
        await using ServerClient alice = await ServerClient.ConnectAsync(options, _guard);

        Assert.AreEqual("alice", alice.Alias);
    }

    private static Task<RunningServer> InvitingAsync() => RunningServer.StartAsync(options =>
    {
        options.Login.Registration = RegistrationPolicy.Invitation;
        options.Passwords.MinLength = 8;
        options.Login.MaxAttempts = 100;
    });

    private static async Task<CompactClient> GreetAsync(RunningServer server)
    {
        CompactClient client = await CompactClient.ConnectAsync(server.EndPoint);
        await client.SendRawAsync("SLIB/2\r\n"u8.ToArray());
        return client;
    }

    private static async Task<RawFrame> LogInAsync(CompactClient client, string name, string? invitation, string password = Password)
    {
        await client.SendAsync(RawFrame.Control(FrameType.Login, new { mechanism = "PLAIN", username = name, password, invitation }));
        return await client.ReceiveAsync(FrameType.Result);
    }
}
