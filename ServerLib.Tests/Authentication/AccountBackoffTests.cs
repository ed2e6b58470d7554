using System.Net;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Authentication;
using ServerLib.Diagnostics;
using ServerLib.RateLimiting;

namespace ServerLib.Tests.Authentication;

[TestClass]
public sealed class AccountBackoffTests
{
    private static readonly AddressBlock Stranger = At("203.0.113.9");
    private static readonly AddressBlock Home = At("192.0.2.1");
    private readonly FakeTimeProvider _time = new();
    private readonly AccountBackoff _throttle;
    private int _passwords;

    public AccountBackoffTests() => _throttle = Throttle();

    [TestMethod]
    public void Five_different_wrong_passwords_are_free_and_then_it_waits_twice_as_long_each_time()
    {
        for (int i = 0; i < 4; i++)
            Assert.IsNull(Fail("ada"));
        int[] seconds = [15, 30, 60, 120, 240, 480, 900, 900, 900];
        foreach (int expected in seconds)
        {
            AccountDelay? delay = Fail("ada");
            Assert.AreEqual(TimeSpan.FromSeconds(expected), delay?.Remaining);
            Assert.IsFalse(_throttle.TryBegin("ada", Stranger, "next", out _, out TimeSpan wait));
            Assert.AreEqual(delay!.Remaining, wait);
            _time.Advance(delay.Remaining - TimeSpan.FromTicks(1));
            Assert.IsFalse(_throttle.TryBegin("ada", Stranger, "next", out _, out wait));
            Assert.AreEqual(TimeSpan.FromTicks(1), wait);
            _time.Advance(wait);
        }

        Assert.AreEqual(new AccountDelay("ada", null, 13, TimeSpan.Zero), _throttle.List().Single());
    }

    [TestMethod]
    public void The_same_wrong_password_again_does_not_count()
    {
        for (int i = 0; i < 20; i++)
            Assert.IsNull(Fail("ada", "of last year"));
        Assert.AreEqual(1, _throttle.List().Single().WrongPasswords);

        for (int i = 0; i < 3; i++)
            Fail("ada");
        Assert.IsNull(Fail("ada", "of last year"));
        Assert.IsNotNull(Fail("ada"));
    }

    [TestMethod]
    public void Sixteen_wrong_passwords_are_remembered()
    {
        Fail("ada", "first");
        for (int i = 1; i < WrongPasswords.MaxRemembered; i++)
            FailAndWait("ada");
        FailAndWait("ada", "first");
        Assert.AreEqual(16, _throttle.List().Single().WrongPasswords);

        FailAndWait("ada");
        FailAndWait("ada", "first");
        Assert.AreEqual(18, _throttle.List().Single().WrongPasswords);
    }

    [TestMethod]
    public void A_login_ends_the_row()
    {
        for (int i = 0; i < 4; i++)
            Fail("ada");
        LogIn("ada", Stranger);
        Assert.IsEmpty(_throttle.List());
        for (int i = 0; i < 4; i++)
            Assert.IsNull(Fail("ada", from: At("203.0.113.10")));
    }

    [TestMethod]
    [DataRow(LoginCode.Busy)]
    [DataRow(LoginCode.Refused)]
    [DataRow(LoginCode.Banned)]
    [DataRow(LoginCode.Locked)]
    public void What_was_not_compared_does_not_count(LoginCode code)
    {
        for (int i = 0; i < 20; i++)
        {
            Assert.IsTrue(_throttle.TryBegin("ada", Stranger, $"{i}", out LoginAttempt attempt, out _));
            Assert.IsNull(_throttle.End(attempt, code, out bool isNews));
            Assert.IsFalse(isNews);
        }

        Assert.IsEmpty(_throttle.List());
    }

    [TestMethod]
    public void Strangers_do_not_hold_up_who_comes_from_where_he_has_been()
    {
        LogIn("ada", Home);
        Lock("ada");

        Assert.IsFalse(_throttle.TryBegin("ada", Stranger, "right", out _, out _));
        Assert.IsFalse(_throttle.TryBegin("ada", At("198.51.100.1"), "right", out _, out _));
        LogIn("ada", Home);
        Assert.IsFalse(_throttle.TryBegin("ada", Stranger, "right", out _, out _));
        Assert.IsTrue(_throttle.TryBegin("bob", Home, "right", out _, out _));
    }

    [TestMethod]
    public void Who_guesses_from_where_the_account_has_been_is_held_up_there_and_strangers_are_not()
    {
        LogIn("ada", Home);
        for (int i = 0; i < 4; i++)
            Assert.IsNull(Fail("ada", from: Home));
        Assert.AreEqual(new AccountDelay("ada", "192.0.2.1", 5, TimeSpan.FromSeconds(15)), Fail("ada", from: Home));

        Assert.IsFalse(_throttle.TryBegin("ada", Home, "right", out _, out _));
        Assert.IsTrue(_throttle.TryBegin("ada", Stranger, "right", out _, out _));
    }

    [TestMethod]
    public void Eight_addresses_are_familiar_the_last_ones_used()
    {
        for (int i = 0; i < KnownAddresses.MaxPerAccount; i++)
            LogIn("ada", At($"192.0.2.{i}"));
        LogIn("ada", At("192.0.2.0"));
        LogIn("ada", At("198.51.100.1"));
        Lock("ada");

        foreach (string familiar in (string[])["198.51.100.1", "192.0.2.0", "192.0.2.2", "192.0.2.7"])
            Assert.IsTrue(_throttle.TryBegin("ada", At(familiar), "right", out _, out _));
        Assert.IsFalse(_throttle.TryBegin("ada", At("192.0.2.1"), "right", out _, out _));
    }

    [TestMethod]
    public void Of_one_accounts_attempts_at_once_the_first_few_are_preferred_from_however_many_addresses_they_come()
    {
        for (int i = 0; i < KnownAddresses.MaxPerAccount; i++)
            LogIn("ada", At($"192.0.2.{i}"));
        LogIn("bob", At("192.0.2.1"));
        var attempts = new List<LoginAttempt> { Begin("ada", Stranger) };
        Assert.IsFalse(attempts[0].HasPriority);
        for (int i = 0; i < KnownAddresses.MaxPerAccount; i++)
        {
            attempts.Add(Begin("ada", At($"192.0.2.{i}")));
            Assert.AreEqual(i < AccountBackoff.PriorityPerAccount, attempts[^1].HasPriority);
        }

        Assert.IsTrue(Begin("bob", At("192.0.2.1")).HasPriority, "Another's are counted apart.");
        foreach (LoginAttempt attempt in attempts)
            _throttle.End(attempt, LoginCode.Failure, out _);
        Assert.IsTrue(Begin("ada", At("192.0.2.5")).HasPriority);

        LoginAttempt Begin(string name, AddressBlock from)
        {
            Assert.IsTrue(_throttle.TryBegin(name, from, "the same", out LoginAttempt attempt, out _));
            return attempt;
        }
    }

    [TestMethod]
    public void An_address_is_familiar_as_long_as_it_is_an_accounts()
    {
        AccountBackoff small = Throttle(capacity: 2);
        Assert.IsFalse(small.IsKnownAddress(Home));
        LogIn("ada", Home, small);
        LogIn("ada", Home, small);
        LogIn("bob", Home, small);
        Fail("bob", from: Stranger, throttle: small);
        Assert.IsTrue(small.IsKnownAddress(Home));
        Assert.IsFalse(small.IsKnownAddress(Stranger));

        _time.Advance(TimeSpan.FromSeconds(1));
        LogIn("eve", At("192.0.2.2"), small);
        Assert.IsTrue(small.IsKnownAddress(Home), "It is one account's still.");
        LogIn("zoe", At("192.0.2.3"), small);
        Assert.IsFalse(small.IsKnownAddress(Home));
        for (int i = 3; i < 3 + KnownAddresses.MaxPerAccount; i++)
        {
            Assert.IsTrue(small.IsKnownAddress(At("192.0.2.3")));
            LogIn("zoe", At($"192.0.2.{i + 1}"), small);
        }

        Assert.IsFalse(small.IsKnownAddress(At("192.0.2.3")));
    }

    [TestMethod]
    public void Nothing_tells_whether_the_name_exists()
    {
        LogIn("ada", Home);
        for (int i = 0; i < 30; i++)
        {
            Assert.AreEqual(Try("nobody"), Try("ada"));
            _time.Advance(TimeSpan.FromSeconds(i * 20));
        }

        string Try(string name)
        {
            if (!_throttle.TryBegin(name, Stranger, "guess " + _time.GetTimestamp(), out LoginAttempt attempt, out TimeSpan wait))
                return $"locked {wait}";
            return $"failure {_throttle.End(attempt, LoginCode.Failure, out bool isNews)?.Remaining} {isNews}";
        }
    }

    [TestMethod]
    public void A_name_is_one_name_however_it_is_written()
    {
        Lock("Zoe\u0308");
        foreach (string same in (string[])["zoë", "ZOË", "ＺＯＥ\u0308"])
            Assert.IsFalse(_throttle.TryBegin(same, Stranger, "next", out _, out _));
        Assert.IsTrue(_throttle.TryBegin("zoe", Stranger, "next", out _, out _));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("\ud800")]
    [DataRow("\u001b[2J")]
    [DataRow("long")]
    public void Any_name_is_counted_and_a_long_one_takes_no_more_room(string name)
    {
        if (name == "long")
            name = new string('x', 4_000);
        Lock(name);
        Assert.IsFalse(_throttle.TryBegin(name, Stranger, "next", out _, out _));
        Assert.IsLessThanOrEqualTo(64, _throttle.List().Single().Account.Length);
        Assert.AreEqual(1, _throttle.Clear(name));
        Assert.IsTrue(_throttle.TryBegin(name, Stranger, "next", out _, out _));
    }

    [TestMethod]
    public void Of_many_at_once_no_more_get_through_than_one_after_the_other()
    {
        var through = new List<LoginAttempt>();
        for (int i = 0; i < 100; i++)
        {
            if (_throttle.TryBegin("ada", Stranger, $"{i}", out LoginAttempt attempt, out TimeSpan wait))
                through.Add(attempt);
            else
                Assert.AreEqual(TimeSpan.FromSeconds(15), wait);
        }

        Assert.HasCount(5, through);
        foreach (LoginAttempt attempt in through)
            _throttle.End(attempt, LoginCode.Failure, out _);
        Assert.AreEqual(new AccountDelay("ada", null, 5, TimeSpan.FromSeconds(15)), _throttle.List().Single());

        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.AreEqual(1, Enumerable.Range(100, 100).Count(i => _throttle.TryBegin("ada", Stranger, $"{i}", out _, out _)));
    }

    [TestMethod]
    public void The_same_password_many_times_at_once_is_one()
    {
        var attempts = new List<LoginAttempt>();
        for (int i = 0; i < 20; i++)
        {
            Assert.IsTrue(_throttle.TryBegin("ada", Stranger, "same", out LoginAttempt attempt, out _));
            attempts.Add(attempt);
        }

        foreach (LoginAttempt attempt in attempts)
            _throttle.End(attempt, LoginCode.Failure, out _);
        Assert.AreEqual(1, _throttle.List().Single().WrongPasswords);
    }

    [TestMethod]
    public void A_wrong_password_that_is_known_holds_up_none_that_are_tried_at_the_same_time()
    {
        for (int i = 0; i < 4; i++)
            Fail("ada", "of last year" + i);
        Assert.IsTrue(_throttle.TryBegin("ada", Stranger, "of last year0", out LoginAttempt known, out _));
        LogIn("ada", Stranger);
        Assert.IsNull(_throttle.End(known, LoginCode.Failure, out _));
    }

    [TestMethod]
    public void It_is_forgotten_a_day_after_the_last_one()
    {
        Fail("ada");
        _time.Advance(WrongPasswords.Retention - TimeSpan.FromTicks(1));
        Assert.HasCount(1, _throttle.List());
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.IsEmpty(_throttle.List());
        for (int i = 0; i < 4; i++)
            Assert.IsNull(Fail("ada"));
    }

    [TestMethod]
    public void A_flood_of_names_drives_out_those_with_the_fewest_wrong_passwords()
    {
        AccountBackoff small = Throttle(capacity: 3);
        Fail("ada", throttle: small);
        Fail("ada", throttle: small);
        for (int i = 0; i < 10; i++)
            Fail($"{i}", throttle: small);

        Assert.AreEqual("ada 9 8", string.Join(' ', small.List().Select(delay => delay.Account)));
    }

    [TestMethod]
    public void A_flood_of_names_does_not_make_anybodys_address_a_strangers()
    {
        AccountBackoff small = Throttle(capacity: 3);
        LogIn("ada", Home, small);
        for (int i = 0; i < 10; i++)
            Fail($"{i}", throttle: small);
        for (int i = 0; i < 5; i++)
            Fail("ada", throttle: small);

        LogIn("ada", Home, small);
    }

    [TestMethod]
    public void An_admin_lets_off_one_account_whoever_tried_or_all()
    {
        LogIn("ada", Home);
        Lock("ada");
        Fail("ada", from: Home);
        Fail("bob");
        Fail("eve");

        Assert.AreEqual(2, _throttle.Clear("ADA"));
        Assert.AreEqual(0, _throttle.Clear("ada"));
        LogIn("ada", Stranger);
        Assert.AreEqual(2, _throttle.ClearAll());
        Assert.IsEmpty(_throttle.List());
    }

    private static AddressBlock At(string address) => AddressBlock.Of(IPAddress.Parse(address));

    private AccountBackoff Throttle(int capacity = AccountBackoff.Capacity) =>
        new(new MonotonicClock(_time), new PasswordTags(new byte[PasswordTags.KeySize]), capacity);

    private void Lock(string name)
    {
        for (int i = 0; i < 5; i++)
            Fail(name);
    }

    private void FailAndWait(string name, string? password = null)
    {
        if (Fail(name, password) is { } delay)
            _time.Advance(delay.Remaining);
    }

    private AccountDelay? Fail(string name, string? password = null, AddressBlock? from = null, AccountBackoff? throttle = null)
    {
        throttle ??= _throttle;
        Assert.IsTrue(throttle.TryBegin(name, from ?? Stranger, password ?? $"wrong {++_passwords}", out LoginAttempt attempt, out _));
        return throttle.End(attempt, LoginCode.Failure, out _);
    }

    private void LogIn(string name, AddressBlock from, AccountBackoff? throttle = null)
    {
        throttle ??= _throttle;
        Assert.IsTrue(throttle.TryBegin(name, from, "right", out LoginAttempt attempt, out _));
        Assert.IsNull(throttle.End(attempt, LoginCode.Ok, out _));
    }
}
