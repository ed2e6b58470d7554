namespace ServerLib.Tests.EndToEnd;

/// <summary>The classic login, from the first byte to the key exchange.</summary>
[TestClass]
public sealed class LoginTests : HostTest
{
    [TestMethod]
    public async Task The_first_login_registers_and_is_welcomed()
    {
        await StartAsync("--ServerLib:ServerGreeting", "Be kind.");
        ClassicClient alice = await ConnectAsync();
        Assert.AreEqual("OK", await alice.LoginAsync("alice", "secret", Token));
        Assert.AreEqual("Welcome alice\nBe kind.", alice.Welcome);
        await alice.ExchangeKeysAsync(Token);
        Assert.AreEqual("alice: [ CONNECTED ]", await alice.ReceiveAsync(Token));
    }

    [TestMethod]
    public async Task A_known_name_needs_its_password()
    {
        await StartAsync();
        ClassicClient first = await ConnectAsync();
        Assert.AreEqual("OK", await first.LoginAsync("alice", "secret", Token));

        ClassicClient second = await ConnectAsync();
        Assert.AreEqual("FAILURE", await second.LoginAsync("alice", "Secret", Token));
        Assert.AreEqual("FAILURE", await second.LoginAsync("alice", "secret ", Token));
        Assert.AreEqual("OK", await second.LoginAsync("alice", "secret", Token));
        StringAssert.StartsWith(second.Welcome, "Welcome alice\n");
        Assert.IsFalse(second.Welcome.EndsWith('\n'));
    }

    [TestMethod]
    public async Task Five_failures_end_the_connection()
    {
        await StartAsync();
        ClassicClient alice = await ConnectAsync();
        Assert.AreEqual("OK", await alice.LoginAsync("alice", "secret", Token));

        ClassicClient guesser = await ConnectAsync();
        for (int attempt = 1; attempt <= 5; attempt++)
            Assert.AreEqual("FAILURE", await guesser.LoginAsync("alice", $"guess {attempt}", Token));
        await AssertClosedAsync(guesser);
        await ShutDownAsync();
        Assert.AreEqual(1, Data.CountActivity("before login: TooManyLoginAttempts"));
    }

    [TestMethod]
    public async Task Names_and_passwords_that_break_the_rules_are_refused()
    {
        string[] names =
        [
            "", "  \t", "SERVER", "server", "ＳＥＲＶＥＲ", "Admin",
            "a b", "a\u00a0b", "a:b", "a\u0007b", "a\nb", "a\u202eb", "a\u2028b", new('x', 33),
        ];
        await StartAsync("--ServerLib:Login:MaxAttempts", "100", "--ServerLib:Login:ReservedNames:0", "admin");
        ClassicClient client = await ConnectAsync();
        foreach (string name in names)
            Assert.AreEqual("FAILURE", await client.LoginAsync(name, "secret", Token), $"name '{name}'");
        Assert.AreEqual("FAILURE", await client.LoginAsync("alice", "", Token));
        Assert.AreEqual("OK", await client.LoginAsync(new string('x', 32), "secret", Token));
    }

    [TestMethod]
    public async Task White_space_is_stripped_around_a_name_and_kept_around_a_password()
    {
        await StartAsync();
        ClassicClient alice = await ConnectAsync();
        Assert.AreEqual("OK", await alice.LoginAsync(" \u2003\u001c alice\u001f\r\n", " secret\n", Token));
        StringAssert.StartsWith(alice.Welcome, "Welcome alice\n");

        ClassicClient again = await ConnectAsync();
        Assert.AreEqual("FAILURE", await again.LoginAsync("alice", "secret", Token));
        Assert.AreEqual("OK", await again.LoginAsync("alice", " secret\n", Token));
    }

    [TestMethod]
    public async Task A_name_is_shown_as_registered_in_every_spelling()
    {
        await StartAsync();
        ClassicClient first = await ConnectAsync();
        Assert.AreEqual("OK", await first.LoginAsync("Zoë", "schlüssel 🗝", Token));

        ClassicClient again = await ConnectAsync();
        Assert.AreEqual("FAILURE", await again.LoginAsync("ZOE\u0308", "anything", Token));
        Assert.AreEqual("OK", await again.LoginAsync("ZOE\u0308", "schlüssel 🗝", Token));
        StringAssert.StartsWith(again.Welcome, "Welcome Zoë\n");
    }

    [TestMethod]
    public async Task Failed_logins_do_not_disturb_a_logged_in_user_of_that_name()
    {
        await StartAsync();
        ClassicClient alice = await JoinAsync("alice");
        ClassicClient guesser = await ConnectAsync();
        for (int attempt = 1; attempt <= 5; attempt++)
            Assert.AreEqual("FAILURE", await guesser.LoginAsync("alice", "guess", Token));
        await AssertClosedAsync(guesser);

        await JoinAsync("bob");
        Assert.AreEqual("bob: [ CONNECTED ]", await alice.ReceiveAsync(Token));
    }
}
