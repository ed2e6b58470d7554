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
    public async Task An_unknown_name_is_registered_where_registration_is_open()
    {
        Known(false);
        Creates(LoginResult.Ok("alice"));
        Assert.AreEqual(LoginResult.Ok("alice"), await AuthenticateAsync("alice"));
    }

    [TestMethod]
    public async Task A_registration_with_a_password_that_breaks_a_rule_is_told_which()
    {
        Known(false);
        Assert.AreEqual(
            new LoginResult(LoginCode.Refused) { Text = "A password has 6 to 256 characters." }, await AuthenticateAsync("alice", "short"));
    }

    [TestMethod]
    public async Task A_password_that_breaks_a_rule_and_was_set_before_it_goes_on_working()
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
    public async Task Where_registration_is_closed_nobody_is_looked_up_or_registered()
    {
        _options.Login.Registration = RegistrationPolicy.Closed;
        Authenticates(new LoginResult(LoginCode.Failure));
        Assert.AreEqual(LoginCode.Failure, (await AuthenticateAsync("alice")).Code);
    }

    [TestMethod]
    public async Task A_name_taken_meanwhile_needs_its_password()
    {
        Known(false);
        Creates(new LoginResult(LoginCode.Failure));
        Authenticates(LoginResult.Ok("Alice"));
        Assert.AreEqual(LoginResult.Ok("Alice"), await AuthenticateAsync("alice"));
    }

    [TestMethod]
    public async Task A_registration_that_finds_no_room_is_busy()
    {
        Known(false);
        Creates(new LoginResult(LoginCode.Busy));
        Assert.AreEqual(LoginCode.Busy, (await AuthenticateAsync("alice")).Code);
    }

    [TestMethod]
    public async Task A_database_out_of_order_is_busy()
    {
        _database.Setup(d => d.HasUserAsync("alice", _guard)).ThrowsAsync(new ServerLibException("out of order"));
        Assert.AreEqual(LoginCode.Busy, (await AuthenticateAsync("alice")).Code);
    }

    [TestMethod]
    public async Task An_address_registers_so_many_in_an_hour_and_then_has_to_wait()
    {
        _options.Login.MaxRegistrationsPerAddress = 2;
        using var guesses = new LoginThrottle(_options, timeProvider: new FakeTimeProvider());
        Known(false);
        Creates(LoginResult.Ok("alice"));
        for (int i = 0; i < 2; i++)
            Assert.IsTrue((await RegisterAsync("203.0.113.9")).IsOk);

        LoginResult refused = await RegisterAsync("203.0.113.9");
        Assert.AreEqual((LoginCode.Locked, TimeSpan.FromMinutes(30)), (refused.Code, refused.RetryAfter));
        Assert.AreEqual("Too many accounts were registered from your address. Try again in 1800 seconds.", refused.Text);
        Assert.IsTrue((await RegisterAsync("203.0.113.10")).IsOk);
        for (int i = 0; i < 5; i++)
            Assert.IsTrue((await RegisterAsync("127.0.0.1")).IsOk);

        ValueTask<LoginResult> RegisterAsync(string address) =>
            new Authenticator(_database.Object, _options, throttle: guesses).AuthenticateAsync(new("alice", "secret", new IPEndPoint(IPAddress.Parse(address), 1)), _guard);
    }

    [TestMethod]
    [DataRow(LoginCode.Busy)]
    [DataRow(LoginCode.Failure)]
    public async Task A_registration_that_came_to_nothing_does_not_count(LoginCode code)
    {
        _options.Login.MaxRegistrationsPerAddress = 1;
        using var guesses = new LoginThrottle(_options, timeProvider: new FakeTimeProvider());
        Known(false);
        Creates(new LoginResult(code));
        Authenticates(new LoginResult(code));
        for (int i = 0; i < 5; i++)
        {
            Assert.AreEqual(code, (await new Authenticator(_database.Object, _options, throttle: guesses)
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
    public async Task Names_against_the_rules_are_told_them_and_never_reach_the_database(string name) =>
        Assert.AreEqual(new LoginResult(LoginCode.Refused) { Text = UserName.Rule }, await AuthenticateAsync(name));

    [TestMethod]
    [DataRow("SERVER")]
    [DataRow("server")]
    [DataRow("ＳＥＲＶＥＲ")]
    [DataRow("Root")]
    public async Task Reserved_names_are_told_so_and_never_reach_the_database(string name)
    {
        _options.Login.ReservedNames.Add("ROOT");
        Assert.AreEqual(new LoginResult(LoginCode.Refused) { Text = $"The name {name} is reserved." }, await AuthenticateAsync(name));
    }

    [TestMethod]
    [DataRow("console", "The name console is reserved.")]
    [DataRow("ＣＯＮＳＯＬＥ", "The name ＣＯＮＳＯＬＥ is reserved.")]
    [DataRow("Configuration", "The name Configuration is reserved.")]
    [DataRow("ada\U00016FE4", "A name has only characters that can be seen, and no mark without a letter before it.")]
    [DataRow("\u0301", "A name has only characters that can be seen, and no mark without a letter before it.")]
    public async Task A_name_that_no_new_account_may_have_is_told_why_and_an_account_that_has_it_goes_on(string name, string why)
    {
        _database.Setup(d => d.HasUserAsync(name, _guard)).ReturnsAsync(false);
        Assert.AreEqual(new LoginResult(LoginCode.Refused) { Text = why }, await AuthenticateAsync(name));

        _database.Setup(d => d.HasUserAsync(name, _guard)).ReturnsAsync(true);
        _database.Setup(d => d.AuthenticateUserAsync(It.Is<Credentials>(c => c.Username == name), _guard)).ReturnsAsync(LoginResult.Ok(name));
        Assert.AreEqual(LoginResult.Ok(name), await AuthenticateAsync(name));
    }

    [TestMethod]
    public async Task Where_registration_is_closed_a_name_that_no_new_account_may_have_is_like_any_other()
    {
        _options.Login.Registration = RegistrationPolicy.Closed;
        _database.Setup(d => d.AuthenticateUserAsync(It.IsAny<Credentials>(), _guard)).ReturnsAsync(new LoginResult(LoginCode.Failure));
        Assert.AreEqual(new LoginResult(LoginCode.Failure), await AuthenticateAsync("console"));
        Assert.AreEqual(new LoginResult(LoginCode.Failure), await AuthenticateAsync("alice"));
    }

    [TestMethod]
    public async Task A_name_that_is_not_well_formed_never_reaches_the_database() =>
        Assert.AreEqual(new LoginResult(LoginCode.Refused) { Text = UserName.Rule }, await AuthenticateAsync("\ud800"));

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
