using System.Net;
using Microsoft.Extensions.Time.Testing;
using Moq;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Authentication;

[TestClass]
public sealed class AuthenticatorTests
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly Mock<IUserDatabase> _database = new(MockBehavior.Strict);
    private readonly ServerOptions _options = new() { Passwords = { MinLength = 6 } };

    [TestMethod]
    public async Task An_unknown_name_is_registered_if_registration_is_open()
    {
        Known(false);
        Creates(LoginResult.Ok("alice"));
        Assert.AreEqual(LoginResult.Ok("alice"), await AuthenticateAsync("alice"));
    }

    [TestMethod]
    public async Task A_refused_registration_names_the_password_rule()
    {
        Known(false);
        Assert.AreEqual(
            new LoginResult(LoginCode.Refused) { Text = "A password has 6 to 256 characters." }, await AuthenticateAsync("alice", "short"));
    }

    [TestMethod]
    public async Task An_existing_password_keeps_working_when_rules_change()
    {
        Known(true);
        Authenticates(LoginResult.Ok("alice"));
        Assert.AreEqual(LoginResult.Ok("alice"), await AuthenticateAsync("alice", "short"));
    }

    [TestMethod]
    public async Task A_known_name_needs_its_password()
    {
        Known(true);
        Authenticates(new LoginResult(LoginCode.Failure));
        Assert.AreEqual(LoginCode.Failure, (await AuthenticateAsync("alice")).Code);
    }

    [TestMethod]
    public async Task Closed_registration_looks_up_no_name_and_registers_none()
    {
        _options.Login.Registration = RegistrationPolicy.Closed;
        Authenticates(new LoginResult(LoginCode.Failure));
        Assert.AreEqual(LoginCode.Failure, (await AuthenticateAsync("alice")).Code);
    }

    [TestMethod]
    public async Task A_name_that_was_registered_meanwhile_needs_its_password()
    {
        Known(false);
        Creates(new LoginResult(LoginCode.Failure));
        Authenticates(LoginResult.Ok("Alice"));
        Assert.AreEqual(LoginResult.Ok("Alice"), await AuthenticateAsync("alice"));
    }

    [TestMethod]
    public async Task A_registration_while_the_hash_queue_is_full_is_busy()
    {
        Known(false);
        Creates(new LoginResult(LoginCode.Busy));
        Assert.AreEqual(LoginCode.Busy, (await AuthenticateAsync("alice")).Code);
    }

    [TestMethod]
    public async Task A_failed_database_is_busy()
    {
        _database.Setup(d => d.HasUserAsync("alice", _guard)).ThrowsAsync(new ServerLibException("out of order"));
        Assert.AreEqual(LoginCode.Busy, (await AuthenticateAsync("alice")).Code);
    }

    [TestMethod]
    public async Task An_address_has_to_wait_after_too_many_registrations()
    {
        _options.Login.MaxRegistrationsPerAddress = 2;
        using var throttle = new LoginThrottle(_options, timeProvider: new FakeTimeProvider());
        Known(false);
        Creates(LoginResult.Ok("alice"));
        for (int i = 0; i < 2; i++)
            Assert.IsTrue((await RegisterAsync("203.0.113.9")).IsOk);

        LoginResult refused = await RegisterAsync("203.0.113.9");
        Assert.AreEqual((LoginCode.Delayed, TimeSpan.FromMinutes(30)), (refused.Code, refused.RetryAfter));
        Assert.AreEqual("Too many accounts were registered from your address. Try again in 1800 seconds.", refused.Text);
        Assert.IsTrue((await RegisterAsync("203.0.113.10")).IsOk);
        for (int i = 0; i < 5; i++)
            Assert.IsTrue((await RegisterAsync("127.0.0.1")).IsOk);

        ValueTask<LoginResult> RegisterAsync(string address) =>
            new Authenticator(_database.Object, _options, throttle: throttle).AuthenticateAsync(new("alice", "secret", new IPEndPoint(IPAddress.Parse(address), 1)), _guard);
    }

    [TestMethod]
    [DataRow(LoginCode.Busy)]
    [DataRow(LoginCode.Failure)]
    public async Task A_failed_registration_does_not_count(LoginCode code)
    {
        _options.Login.MaxRegistrationsPerAddress = 1;
        using var throttle = new LoginThrottle(_options, timeProvider: new FakeTimeProvider());
        Known(false);
        Creates(new LoginResult(code));
        Authenticates(new LoginResult(code));
        for (int i = 0; i < 5; i++)
        {
            Assert.AreEqual(code, (await new Authenticator(_database.Object, _options, throttle: throttle)
                .AuthenticateAsync(new("alice", "secret", new IPEndPoint(IPAddress.Parse("203.0.113.9"), 1)), _guard)).Code);
        }
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("a b")]
    [DataRow("a:b")]
    [DataRow("a\nb")]
    [DataRow("a\u202eb")]
    [DataRow("123456789012345678901234567890123")]
    public async Task An_invalid_name_gets_the_rule_and_never_reaches_the_database(string name) =>
        Assert.AreEqual(new LoginResult(LoginCode.Refused) { Text = UserName.FindProblem(name) }, await AuthenticateAsync(name));

    [TestMethod]
    [DataRow("SERVER")]
    [DataRow("server")]
    [DataRow("ＳＥＲＶＥＲ")]
    [DataRow("Root")]
    public async Task A_reserved_name_never_reaches_the_database(string name)
    {
        _options.Login.ReservedNames.Add("ROOT");
        Assert.AreEqual(new LoginResult(LoginCode.Refused) { Text = $"The name {name} is reserved." }, await AuthenticateAsync(name));
    }

    [TestMethod]
    [DataRow("console", "The name console is reserved.")]
    [DataRow("ＣＯＮＳＯＬＥ", "The name ＣＯＮＳＯＬＥ is reserved.")]
    [DataRow("Configuration", "The name Configuration is reserved.")]
    [DataRow("ada\U00016FE4", "A name must contain only visible characters, and no mark without a letter before it.")]
    [DataRow("\u0301", "A name must contain only visible characters, and no mark without a letter before it.")]
    public async Task A_name_that_is_no_longer_allowed_works_for_existing_accounts_only(string name, string why)
    {
        _database.Setup(d => d.HasUserAsync(name, _guard)).ReturnsAsync(false);
        Assert.AreEqual(new LoginResult(LoginCode.Refused) { Text = why }, await AuthenticateAsync(name));

        _database.Setup(d => d.HasUserAsync(name, _guard)).ReturnsAsync(true);
        _database.Setup(d => d.AuthenticateUserAsync(It.Is<Credentials>(c => c.Username == name), _guard)).ReturnsAsync(LoginResult.Ok(name));
        Assert.AreEqual(LoginResult.Ok(name), await AuthenticateAsync(name));
    }

    [TestMethod]
    public async Task Closed_registration_treats_reserved_names_like_any_other()
    {
        _options.Login.Registration = RegistrationPolicy.Closed;
        _database.Setup(d => d.AuthenticateUserAsync(It.IsAny<Credentials>(), _guard)).ReturnsAsync(new LoginResult(LoginCode.Failure));
        Assert.AreEqual(new LoginResult(LoginCode.Failure), await AuthenticateAsync("console"));
        Assert.AreEqual(new LoginResult(LoginCode.Failure), await AuthenticateAsync("alice"));
    }

    [TestMethod]
    public async Task A_name_with_invalid_Unicode_never_reaches_the_database() =>
        Assert.AreEqual(new LoginResult(LoginCode.Refused) { Text = "A name must be valid Unicode text." }, await AuthenticateAsync("\ud800"));

    [TestMethod]
    public async Task An_empty_password_never_reaches_the_database() =>
        Assert.AreEqual(new LoginResult(LoginCode.Refused), await AuthenticateAsync("alice", ""));

    private ValueTask<LoginResult> AuthenticateAsync(string name, string password = "secret") =>
        new Authenticator(_database.Object, _options).AuthenticateAsync(new(name, password), _guard);

    private void Known(bool isKnown) => _database.Setup(d => d.HasUserAsync("alice", _guard)).ReturnsAsync(isKnown);

    private void Creates(LoginResult result) =>
        _database.Setup(d => d.CreateNewUserAsync(It.Is<Credentials>(c => c.Username == "alice"), _guard)).ReturnsAsync(result);

    private void Authenticates(LoginResult result) =>
        _database.Setup(d => d.AuthenticateUserAsync(It.Is<Credentials>(c => c.Username == "alice"), _guard)).ReturnsAsync(result);
}
