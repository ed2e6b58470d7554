using Microsoft.Extensions.Time.Testing;
using ServerLib.Authentication;

namespace ServerLib.Tests.Authentication;

[TestClass]
public sealed class LoginRateLimiterTests
{
    private readonly FakeTimeProvider _time = new();

    [TestMethod]
    public void A_user_has_a_burst_of_logins_and_then_one_per_interval()
    {
        LoginRateLimiter limiter = Create();
        for (int i = 0; i < LoginRateLimiter.Burst; i++)
            Assert.IsTrue(limiter.TryAcquire("alice", out _));

        Assert.IsFalse(limiter.TryAcquire("alice", out TimeSpan retryAfter));
        Assert.AreEqual(LoginRateLimiter.Interval, retryAfter);
        Assert.IsTrue(limiter.TryAcquire("bob", out _), "Each user has its own limit.");
        _time.Advance(LoginRateLimiter.Interval - TimeSpan.FromTicks(1));
        Assert.IsFalse(limiter.TryAcquire("alice", out retryAfter));
        Assert.AreEqual(TimeSpan.FromTicks(1), retryAfter);
        _time.Advance(retryAfter);
        Assert.IsTrue(limiter.TryAcquire("alice", out _));
        Assert.IsFalse(limiter.TryAcquire("alice", out _));
    }

    [TestMethod]
    public void A_user_that_stays_away_has_the_whole_burst_again_and_is_forgotten()
    {
        LoginRateLimiter limiter = Create();
        UseUp(limiter, "alice");
        _time.Advance(LoginRateLimiter.Interval * LoginRateLimiter.Burst - TimeSpan.FromTicks(1));
        Assert.AreEqual(1, limiter.Users);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.AreEqual(0, limiter.Users);
        for (int i = 0; i < LoginRateLimiter.Burst; i++)
            Assert.IsTrue(limiter.TryAcquire("alice", out _));
    }

    [TestMethod]
    public void The_users_with_the_most_logins_are_remembered()
    {
        LoginRateLimiter limiter = Create(capacity: 3);
        UseUp(limiter, "alice");
        for (int i = 0; i < 100; i++)
            Assert.IsTrue(limiter.TryAcquire($"user{i}", out _));
        Assert.AreEqual(3, limiter.Users);
        Assert.IsFalse(limiter.TryAcquire("alice", out _));
    }

    private static void UseUp(LoginRateLimiter limiter, string user)
    {
        while (limiter.TryAcquire(user, out _))
        {
            // Until there are no more.
        }
    }

    private LoginRateLimiter Create(int capacity = 100) => new(_time, capacity);
}
