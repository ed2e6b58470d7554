using Microsoft.Extensions.Time.Testing;
using ServerLib.Authentication;

namespace ServerLib.Tests.Authentication;

/// <summary>What counts as a wrong password, the delays that follow, and how they end.</summary>
[TestClass]
public sealed class AccountBackoffTests
{
    private readonly AccountBackoffDriver _driver = new();

    private AccountBackoff Backoff => _driver.Backoff;

    private FakeTimeProvider Time => _driver.Time;

    [TestMethod]
    public void Delays_begin_with_the_fifth_wrong_password_and_double_each_time()
    {
        for (int i = 0; i < 4; i++)
            Assert.IsNull(_driver.Fail("ada"));
        int[] seconds = [15, 30, 60, 120, 240, 480, 900, 900, 900];
        foreach (int expected in seconds)
        {
            AccountDelay? delay = _driver.Fail("ada");
            Assert.AreEqual(TimeSpan.FromSeconds(expected), delay?.Remaining);
            Assert.IsFalse(_driver.TryBegin("ada", AccountBackoffDriver.Elsewhere, "next", out _, out TimeSpan wait));
            Assert.AreEqual(delay!.Remaining, wait);
            Time.Advance(delay.Remaining - TimeSpan.FromTicks(1));
            Assert.IsFalse(_driver.TryBegin("ada", AccountBackoffDriver.Elsewhere, "next", out _, out wait));
            Assert.AreEqual(TimeSpan.FromTicks(1), wait);
            Time.Advance(wait);
        }

        Assert.AreEqual(new AccountDelay("ada", null, 13, TimeSpan.Zero), Backoff.List().Single());
    }

    [TestMethod]
    public void The_same_wrong_password_does_not_count_again()
    {
        for (int i = 0; i < 20; i++)
            Assert.IsNull(_driver.Fail("ada", "of last year"));
        Assert.AreEqual(1, Backoff.List().Single().WrongPasswords);

        for (int i = 0; i < 3; i++)
            _driver.Fail("ada");
        Assert.IsNull(_driver.Fail("ada", "of last year"));
        Assert.IsNotNull(_driver.Fail("ada"));
    }

    [TestMethod]
    public void Sixteen_wrong_passwords_are_remembered()
    {
        _driver.Fail("ada", "first");
        for (int i = 1; i < WrongPasswords.MaxTags; i++)
            _driver.FailAndWait("ada");
        _driver.FailAndWait("ada", "first");
        Assert.AreEqual(16, Backoff.List().Single().WrongPasswords);

        _driver.FailAndWait("ada");
        _driver.FailAndWait("ada", "first");
        Assert.AreEqual(18, Backoff.List().Single().WrongPasswords);
    }

    [TestMethod]
    public void A_login_resets_the_count()
    {
        for (int i = 0; i < 4; i++)
            _driver.Fail("ada");
        _driver.LogIn("ada", AccountBackoffDriver.Elsewhere);
        Assert.IsEmpty(Backoff.List());
        for (int i = 0; i < 4; i++)
            Assert.IsNull(_driver.Fail("ada", from: AccountBackoffDriver.At("203.0.113.10")));
    }

    [TestMethod]
    [DataRow(LoginCode.Busy)]
    [DataRow(LoginCode.Refused)]
    [DataRow(LoginCode.Banned)]
    [DataRow(LoginCode.Delayed)]
    public void An_attempt_without_a_result_does_not_count(LoginCode code)
    {
        for (int i = 0; i < 20; i++)
        {
            Assert.IsTrue(_driver.TryBegin("ada", AccountBackoffDriver.Elsewhere, $"{i}", out LoginAttempt attempt, out _));
            Assert.IsNull(Backoff.End(attempt, code, out bool isNew));
            Assert.IsFalse(isNew);
        }

        Assert.IsEmpty(Backoff.List());
    }

    [TestMethod]
    public void Delays_do_not_reveal_whether_a_name_exists()
    {
        _driver.LogIn("ada", AccountBackoffDriver.Home);
        for (int i = 0; i < 30; i++)
        {
            Assert.AreEqual(Try("nobody"), Try("ada"));
            Time.Advance(TimeSpan.FromSeconds(i * 20));
        }

        string Try(string name)
        {
            string password = "guess " + Time.GetTimestamp();
            if (!_driver.TryBegin(name, AccountBackoffDriver.Elsewhere, password, out LoginAttempt attempt, out TimeSpan wait))
                return $"locked {wait}";
            return $"failure {Backoff.End(attempt, LoginCode.Failure, out bool isNew)?.Remaining} {isNew}";
        }
    }

    [TestMethod]
    public void All_spellings_of_a_name_count_as_one_name()
    {
        _driver.Lock("Zoe\u0308");
        foreach (string same in (string[])["zoë", "ZOË", "ＺＯＥ\u0308"])
            Assert.IsFalse(_driver.TryBegin(same, AccountBackoffDriver.Elsewhere));
        Assert.IsTrue(_driver.TryBegin("zoe", AccountBackoffDriver.Elsewhere));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("\ud800")]
    [DataRow("\u001b[2J")]
    [DataRow("long")]
    public void Every_name_is_counted_and_a_long_one_takes_no_more_memory(string name)
    {
        if (name == "long")
            name = new string('x', 4_000);
        _driver.Lock(name);
        Assert.IsFalse(_driver.TryBegin(name, AccountBackoffDriver.Elsewhere));
        Assert.IsLessThanOrEqualTo(64, Backoff.List().Single().Account.Length);
        Assert.AreEqual(1, Backoff.Clear(name));
        Assert.IsTrue(_driver.TryBegin(name, AccountBackoffDriver.Elsewhere));
    }

    [TestMethod]
    public void Wrong_passwords_are_forgotten_a_day_after_the_last_one()
    {
        _driver.Fail("ada");
        Time.Advance(WrongPasswords.Retention - TimeSpan.FromTicks(1));
        Assert.HasCount(1, Backoff.List());
        Time.Advance(TimeSpan.FromTicks(1));
        Assert.IsEmpty(Backoff.List());
        for (int i = 0; i < 4; i++)
            Assert.IsNull(_driver.Fail("ada"));
    }

    [TestMethod]
    public void A_flood_of_names_displaces_those_with_the_fewest_wrong_passwords()
    {
        var small = new AccountBackoffDriver(capacity: 3);
        small.Fail("ada");
        small.Fail("ada");
        for (int i = 0; i < 10; i++)
            small.Fail($"{i}");

        Assert.AreEqual("ada 9 8", string.Join(' ', small.Backoff.List().Select(delay => delay.Account)));
    }

    [TestMethod]
    public void Clear_removes_the_entries_of_one_account_from_all_addresses()
    {
        _driver.LogIn("ada", AccountBackoffDriver.Home);
        _driver.Lock("ada");
        _driver.Fail("ada", from: AccountBackoffDriver.Home);
        _driver.Fail("bob");
        _driver.Fail("eve");

        Assert.AreEqual(2, Backoff.Clear("ADA"));
        Assert.AreEqual(0, Backoff.Clear("ada"));
        _driver.LogIn("ada", AccountBackoffDriver.Elsewhere);
        Assert.AreEqual(2, Backoff.ClearAll());
        Assert.IsEmpty(Backoff.List());
    }
}
