using Microsoft.Extensions.Time.Testing;
using ServerLib.Authentication;
using ServerLib.Diagnostics;

namespace ServerLib.Tests.Authentication;

[TestClass]
public sealed class LoginRateLimiterTests
{
    private readonly FakeTimeProvider _time = new();

    [TestMethod]
    public void So_many_at_once_and_then_one_each_time_that_a_while_has_passed()
    {
        LoginRateLimiter pace = NewPace();
        for (int i = 0; i < LoginRateLimiter.AtOnce; i++)
            Assert.IsTrue(pace.TryTake("alice", out _));

        Assert.IsFalse(pace.TryTake("alice", out TimeSpan retryAfter));
        Assert.AreEqual(LoginRateLimiter.Each, retryAfter);
        Assert.IsTrue(pace.TryTake("bob", out _), "Each for himself.");
        _time.Advance(LoginRateLimiter.Each - TimeSpan.FromTicks(1));
        Assert.IsFalse(pace.TryTake("alice", out retryAfter));
        Assert.AreEqual(TimeSpan.FromTicks(1), retryAfter);
        _time.Advance(retryAfter);
        Assert.IsTrue(pace.TryTake("alice", out _));
        Assert.IsFalse(pace.TryTake("alice", out _));
    }

    [TestMethod]
    public void Who_was_not_here_for_a_while_has_all_of_them_again_and_takes_no_room()
    {
        LoginRateLimiter pace = NewPace();
        while (pace.TryTake("alice", out _))
        {
            // Until there are no more.
        }

        _time.Advance(LoginRateLimiter.Each * LoginRateLimiter.AtOnce - TimeSpan.FromTicks(1));
        Assert.AreEqual(1, pace.Users);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.AreEqual(0, pace.Users);
        for (int i = 0; i < LoginRateLimiter.AtOnce; i++)
            Assert.IsTrue(pace.TryTake("alice", out _));
    }

    [TestMethod]
    public void However_many_users_come_those_who_come_most_are_remembered()
    {
        LoginRateLimiter pace = NewPace(capacity: 3);
        while (pace.TryTake("alice", out _))
        {
            // Until there are no more.
        }

        for (int i = 0; i < 100; i++)
            Assert.IsTrue(pace.TryTake($"user{i}", out _));
        Assert.AreEqual(3, pace.Users);
        Assert.IsFalse(pace.TryTake("alice", out _));
    }

    private LoginRateLimiter NewPace(int capacity = 100) => new(new MonotonicClock(_time), capacity);
}
