using System.Collections.Concurrent;
using System.Security.Claims;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Moq;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.Authentication;

/// <summary>Tests an application's authenticator that registers users by invitation, on its own data.</summary>
[TestClass]
public sealed class CustomAuthenticatorTests
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly Mock<IUserDatabase> _noDatabase = new(MockBehavior.Strict);

    public CustomAuthenticatorTests()
    {
        _noDatabase.Setup(d => d.LogConnectionAsync(It.IsAny<string>(), It.IsAny<System.Net.EndPoint>(), It.IsAny<CancellationToken>()))
            .Returns(ValueTask.CompletedTask);
        _noDatabase.Setup(d => d.LogDisconnectionAsync(It.IsAny<string>(), It.IsAny<CancellationToken>())).Returns(ValueTask.CompletedTask);
        _noDatabase.Setup(d => d.PurgeAsync(It.IsAny<CancellationToken>())).Returns(ValueTask.CompletedTask);
        _noDatabase.Setup(d => d.SaveAsync(It.IsAny<CancellationToken>())).Returns(ValueTask.CompletedTask);
    }

    [TestMethod]
    public async Task An_invitation_registers_one_user_who_then_logs_in_without_it()
    {
        await using PipeServer server = await StartAsync();
        Assert.AreEqual("failure", await LogInAsync(server, "203.0.113.1", "ada"));
        Assert.AreEqual("failure", await LogInAsync(server, "203.0.113.2", "ada", "made up"));
        Assert.AreEqual("ok", await LogInAsync(server, "203.0.113.3", "ada", "one"));
        Assert.AreEqual("failure", await LogInAsync(server, "203.0.113.4", "bob", "one"));
        Assert.AreEqual("ok", await LogInAsync(server, "203.0.113.5", "ada"));
    }

    [TestMethod]
    public async Task A_banned_name_is_not_registered_and_its_invitation_stays_valid()
    {
        await using PipeServer server = await StartAsync();
        await server.Server.BanAsync(new Ban("mallory"), cancellationToken: _guard);

        Assert.AreEqual("failure", await LogInAsync(server, "203.0.113.1", "Mallory", "one"));
        Assert.AreEqual("ok", await LogInAsync(server, "203.0.113.2", "ada", "one"));
    }

    [TestMethod]
    public async Task Registrations_are_counted_per_address()
    {
        await using PipeServer server = await StartAsync(options => options.Login.MaxRegistrationsPerAddress = 1);

        Assert.AreEqual("ok", await LogInAsync(server, "203.0.113.1", "ada", "one"));
        CompactClient second = server.Connect("203.0.113.1");
        RawFrame refused = (await SendAsync(second, "bob", "two"))!;
        Assert.AreEqual(("locked", 3_600_000), ((string?)refused.Json["code"], (int?)refused.Json["retryAfterMs"]));
        StringAssert.Contains((string?)refused.Json["text"], "Too many accounts were registered from your address.");
        Assert.AreEqual("ok", await LogInAsync(server, "203.0.113.2", "bob", "two"));
        Assert.AreEqual(1, server.Logged.Count(line => line.StartsWith("[ ALERT ] registrations refused", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_connection_gets_the_identity_that_the_authenticator_supplies()
    {
        await using PipeServer server = await StartAsync();
        CompactClient ada = server.Connect();
        await SendAsync(ada, "ada", "one");
        await ada.SettleAsync();

        Connection connection = server.Ledger.Find("ada").Single();
        Assert.IsTrue(connection.User!.IsInRole("guest"));
        Assert.AreEqual("ada", connection.User.Identity!.Name);
    }

    [TestMethod]
    [DataRow("Carl Smith", "A name must not contain white space.")]
    [DataRow("4fa85f64-5717-4562-b3fc-2c963f66afa6", "A name has at most 32 characters. This one has 36.")]
    [DataRow("p\u0430ypal", "A name must not mix Latin letters with Greek or Cyrillic ones, which look alike.")]
    [DataRow("Server", "The name Server is reserved.")]
    public async Task An_accepted_name_that_nobody_can_have_is_refused_before_anything_is_written(string name, string rule)
    {
        var accounts = new Mock<IUserDatabase>(MockBehavior.Strict);
        accounts.Setup(d => d.PurgeAsync(It.IsAny<CancellationToken>())).Returns(ValueTask.CompletedTask);
        accounts.Setup(d => d.SaveAsync(It.IsAny<CancellationToken>())).Returns(ValueTask.CompletedTask);
        await using PipeServer server = await PipeServer.StartAsync(services: services =>
        {
            services.Replace(ServiceDescriptor.Singleton<IAuthenticator>(new AnyUser(name)));
            services.Replace(ServiceDescriptor.Singleton(accounts.Object));
        });
        RawFrame answer = (await SendAsync(server.Connect(), "carl", invitation: null))!;

        Assert.AreEqual(("refused", rule), ((string?)answer.Json["code"], (string?)answer.Json["text"]));
        Assert.AreEqual(0, server.Ledger.Count);
        Assert.AreEqual(1, server.Logged.Count(line => line.Contains("Refused, the authenticator accepted the invalid name")));
    }

    [TestMethod]
    [DataRow(3)]
    [DataRow(8)]
    public async Task An_address_has_MaxConcurrentPerAddress_logins_checked_at_once(int max)
    {
        var gate = new TaskCompletionSource();
        var begun = Channel.CreateUnbounded<string>();
        var slow = new Mock<IAuthenticator>();
        slow.Setup(a => a.AuthenticateAsync(It.IsAny<Credentials>(), It.IsAny<CancellationToken>())).Returns(async (Credentials given, CancellationToken _) =>
        {
            begun.Writer.TryWrite(given.Username);
            await gate.Task;
            return LoginResult.Ok(given.Username);
        });
        await using PipeServer server = await PipeServer.StartAsync(
            options => options.Login.MaxConcurrentPerAddress = max,
            services => services.Replace(ServiceDescriptor.Singleton(slow.Object)));
        var answers = new List<Task<RawFrame?>>();
        for (int i = 0; i < 10; i++)
            answers.Add(SendAsync(server.Connect(), $"user{i}", invitation: null));
        for (int i = 0; i < max; i++)
            await begun.Reader.ReadAsync(_guard);
        Assert.IsFalse(begun.Reader.TryRead(out _));

        gate.SetResult();
        foreach (RawFrame? answer in await Task.WhenAll(answers))
            Assert.AreEqual("ok", (string?)answer!.Json["code"]);
    }

    [TestMethod]
    public async Task A_server_without_its_own_accounts_creates_no_user_database()
    {
        using var folder = new TempFolder();
        await using (RunningServer server = await RunningServer.StartAsync(
            options => options.DataDirectory = folder.Path,
            services: services => services.Replace(ServiceDescriptor.Singleton<IAuthenticator>(new AnyUser()))))
        {
            await using ServerClient ada = await server.ConnectAsync("ada", _guard);
            Assert.AreEqual("ada", ada.Alias);
        }

        Assert.IsEmpty(Directory.GetFiles(folder.Path, "users*"));
    }

    private static async Task<string?> LogInAsync(PipeServer server, string address, string name, string? invitation = null) =>
        (string?)(await SendAsync(server.Connect(address), name, invitation))!.Json["code"];

    private static async Task<RawFrame?> SendAsync(CompactClient peer, string name, string? invitation)
    {
        await peer.SendRawAsync("SLIB/2\r\n"u8.ToArray());
        await peer.ReceiveOrClosedAsync();
        await peer.SendAsync(RawFrame.Control(FrameType.Login, new { mechanism = "PLAIN", username = name, password = "right", invitation }));
        return await peer.ReceiveOrClosedAsync();
    }

    private Task<PipeServer> StartAsync(Action<ServerOptions>? configure = null) => PipeServer.StartAsync(configure, services =>
    {
        services.Replace(ServiceDescriptor.Singleton<IAuthenticator, InvitedUsers>());
        services.Replace(ServiceDescriptor.Singleton(_noDatabase.Object));
    });

    /// <summary>Users who register with an invitation, in memory.</summary>
    private sealed class InvitedUsers(LoginThrottle throttle) : IAuthenticator
    {
        private readonly ConcurrentDictionary<string, string> _passwords = new(StringComparer.OrdinalIgnoreCase);
        private readonly ConcurrentDictionary<string, bool> _invitations = new() { ["one"] = true, ["two"] = true };

        public ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default)
        {
            if (_passwords.TryGetValue(credentials.Username, out string? password))
                return new(password == credentials.Password ? Ok(credentials.Username) : new LoginResult(LoginCode.Failure));
            if (!credentials.MayRegister || credentials.Invitation is not { } code || !_invitations.ContainsKey(code))
                return new(new LoginResult(LoginCode.Failure));
            if (!throttle.TryCountRegistration(credentials.Address, out TimeSpan wait))
                return new(LoginResult.TooManyRegistrations(wait));
            if (_invitations.TryRemove(code, out _) && _passwords.TryAdd(credentials.Username, credentials.Password))
                return new(Ok(credentials.Username));
            throttle.UndoRegistration(credentials.Address);
            return new(new LoginResult(LoginCode.Failure));
        }

        private static LoginResult Ok(string name)
        {
            var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, name), new Claim(ClaimTypes.Role, "guest")], "invitation");
            return LoginResult.Ok(name) with { User = new ClaimsPrincipal(identity) };
        }
    }

    private sealed class AnyUser(string? alias = null) : IAuthenticator
    {
        public ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default) =>
            new(new LoginResult(LoginCode.Ok, alias));
    }
}
