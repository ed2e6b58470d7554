using Microsoft.Extensions.Time.Testing;
using ServerLib.Authentication;

namespace ServerLib.Tests.Authentication;

/// <summary>An <see cref="AccountBackoff"/> while several attempts are pending.</summary>
[TestClass]
public sealed class PendingAttemptTests
{
    private readonly AccountBackoffDriver _driver = new();

    private AccountBackoff Backoff => _driver.Backoff;

    private FakeTimeProvider Time => _driver.Time;

    [TestMethod]
    public void Many_attempts_at_once_get_no_further_than_one_after_the_other()
    {
        var begun = new List<LoginAttempt>();
        for (int i = 0; i < 100; i++)
        {
            if (_driver.TryBegin("ada", AccountBackoffDriver.Elsewhere, $"{i}", out LoginAttempt attempt, out TimeSpan wait))
                begun.Add(attempt);
            else
                Assert.AreEqual(TimeSpan.FromSeconds(15), wait);
        }

        Assert.HasCount(5, begun);
        foreach (LoginAttempt attempt in begun)
            Backoff.End(attempt, LoginCode.Failure, out _);
        Assert.AreEqual(new AccountDelay("ada", null, 5, TimeSpan.FromSeconds(15)), Backoff.List().Single());

        Time.Advance(TimeSpan.FromSeconds(15));
        Assert.AreEqual(1, Enumerable.Range(100, 100).Count(i => _driver.TryBegin("ada", AccountBackoffDriver.Elsewhere, $"{i}")));
    }

    [TestMethod]
    public void The_same_password_many_times_at_once_counts_once()
    {
        var attempts = new List<LoginAttempt>();
        for (int i = 0; i < 20; i++)
        {
            Assert.IsTrue(_driver.TryBegin("ada", AccountBackoffDriver.Elsewhere, "same", out LoginAttempt attempt, out _));
            attempts.Add(attempt);
        }

        foreach (LoginAttempt attempt in attempts)
            Backoff.End(attempt, LoginCode.Failure, out _);
        Assert.AreEqual(1, Backoff.List().Single().WrongPasswords);
    }

    [TestMethod]
    public void A_pending_password_that_is_known_to_be_wrong_delays_no_other_attempt()
    {
        for (int i = 0; i < 4; i++)
            _driver.Fail("ada", "of last year" + i);
        Assert.IsTrue(_driver.TryBegin("ada", AccountBackoffDriver.Elsewhere, "of last year0", out LoginAttempt known, out _));
        _driver.LogIn("ada", AccountBackoffDriver.Elsewhere);
        Assert.IsNull(Backoff.End(known, LoginCode.Failure, out _));
    }

    [TestMethod]
    public void Only_the_first_few_attempts_of_an_account_at_once_have_priority()
    {
        for (int i = 0; i < KnownAddresses.MaxPerAccount; i++)
            _driver.LogIn("ada", AccountBackoffDriver.At($"192.0.2.{i}"));
        _driver.LogIn("bob", AccountBackoffDriver.At("192.0.2.1"));
        var attempts = new List<LoginAttempt> { Begin("ada", "203.0.113.9") };
        Assert.IsFalse(attempts[0].HasPriority);
        for (int i = 0; i < KnownAddresses.MaxPerAccount; i++)
        {
            attempts.Add(Begin("ada", $"192.0.2.{i}"));
            Assert.AreEqual(i < AccountBackoff.PriorityPerAccount, attempts[^1].HasPriority);
        }

        Assert.IsTrue(Begin("bob", "192.0.2.1").HasPriority, "Each account is counted apart.");
        foreach (LoginAttempt attempt in attempts)
            Backoff.End(attempt, LoginCode.Failure, out _);
        Assert.IsTrue(Begin("ada", "192.0.2.5").HasPriority);

        LoginAttempt Begin(string name, string from)
        {
            Assert.IsTrue(_driver.TryBegin(name, AccountBackoffDriver.At(from), "the same", out LoginAttempt attempt, out _));
            return attempt;
        }
    }
}
