using Microsoft.Extensions.Time.Testing;
using ServerLib.RateLimiting;

namespace ServerLib.Tests.RateLimiting;

[TestClass]
public sealed class KeyedRateLimiterTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly FakeTimeProvider _time = new();

    [TestMethod]
    public void A_key_has_its_burst_and_then_one_token_per_interval()
    {
        KeyedRateLimiter<string> limiter = Create();
        for (int i = 0; i < 3; i++)
        {
            Assert.IsTrue(limiter.TryAcquire("a", out TimeSpan none));
            Assert.AreEqual(TimeSpan.Zero, none);
        }

        Assert.IsFalse(limiter.TryAcquire("a", out TimeSpan retryAfter));
        Assert.AreEqual(Interval, retryAfter);
        Assert.IsTrue(limiter.TryAcquire("b", out _), "Each key has its own tokens.");
        _time.Advance(Interval - TimeSpan.FromTicks(1));
        Assert.IsFalse(limiter.TryAcquire("a", out retryAfter));
        Assert.AreEqual(TimeSpan.FromTicks(1), retryAfter);
        _time.Advance(retryAfter);
        Assert.IsTrue(limiter.TryAcquire("a", out _));
        Assert.IsFalse(limiter.TryAcquire("a", out _));
    }

    [TestMethod]
    public void A_refused_attempt_takes_no_token()
    {
        KeyedRateLimiter<string> limiter = Create();
        for (int i = 0; i < 100; i++)
            limiter.TryAcquire("a", out _);
        _time.Advance(Interval);
        Assert.IsTrue(limiter.TryAcquire("a", out _));
    }

    [TestMethod]
    public void A_key_with_all_its_tokens_is_forgotten()
    {
        KeyedRateLimiter<string> limiter = Create();
        Assert.IsTrue(limiter.IsFull("a"));
        limiter.TryAcquire("a", out _);
        limiter.TryAcquire("a", out _);
        _time.Advance(2 * Interval - TimeSpan.FromTicks(1));
        Assert.IsFalse(limiter.IsFull("a"));
        Assert.AreEqual(1, limiter.Count);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.IsTrue(limiter.IsFull("a"));
        Assert.AreEqual(0, limiter.Count);
    }

    [TestMethod]
    public void The_keys_with_the_fewest_tokens_stay_when_there_are_too_many()
    {
        KeyedRateLimiter<string> limiter = Create(capacity: 2);
        for (int i = 0; i < 3; i++)
            limiter.TryAcquire("a", out _);
        for (int i = 0; i < 100; i++)
            Assert.IsTrue(limiter.TryAcquire($"{i}", out _));
        Assert.AreEqual(2, limiter.Count);
        Assert.IsFalse(limiter.TryAcquire("a", out _));
    }

    [TestMethod]
    public void Refund_gives_a_key_its_token_back()
    {
        KeyedRateLimiter<string> limiter = Create();
        for (int i = 0; i < 3; i++)
            limiter.TryAcquire("a", out _);
        limiter.Refund("a");
        Assert.IsTrue(limiter.TryAcquire("a", out _));
        Assert.IsFalse(limiter.TryAcquire("a", out _));

        // There is nothing to give back to a key that has taken nothing.
        limiter.Refund("b");
        Assert.AreEqual(1, limiter.Count);
    }

    [TestMethod]
    public void List_shows_what_was_taken_and_the_wait_with_the_most_first()
    {
        KeyedRateLimiter<string> limiter = Create();
        limiter.TryAcquire("a", out _);
        for (int i = 0; i < 3; i++)
            limiter.TryAcquire("b", out _);
        CollectionAssert.AreEqual(new[] { ("b", 3, Interval), ("a", 1, TimeSpan.Zero) }, limiter.List());

        _time.Advance(TimeSpan.FromTicks(1));
        CollectionAssert.AreEqual(new[] { ("b", 3, Interval - TimeSpan.FromTicks(1)), ("a", 1, TimeSpan.Zero) }, limiter.List());
        _time.Advance(Interval);
        CollectionAssert.AreEqual(new[] { ("b", 2, TimeSpan.Zero) }, limiter.List());
    }

    [TestMethod]
    public void RemoveWhere_removes_the_keys_that_match_and_counts_only_current_ones()
    {
        KeyedRateLimiter<string> limiter = Create();
        limiter.TryAcquire("old", out _);
        _time.Advance(Interval);
        limiter.TryAcquire("a", out _);
        limiter.TryAcquire("b", out _);

        Assert.AreEqual(1, limiter.RemoveWhere(key => key != "a"));
        Assert.AreEqual(1, limiter.Count);
        Assert.IsFalse(limiter.IsFull("a"));
    }

    [TestMethod]
    public void A_wait_is_rounded_up_to_a_whole_tick()
    {
        var time = new FineClock();
        var limiter = new KeyedRateLimiter<string>(time, new RateLimit(1, 101), 10);
        limiter.TryAcquire("a", out _);
        Assert.IsFalse(limiter.TryAcquire("a", out TimeSpan retryAfter));
        Assert.AreEqual(TimeSpan.FromTicks(2), retryAfter);
        time.Timestamp = 100;
        Assert.IsFalse(limiter.TryAcquire("a", out retryAfter));
        Assert.AreEqual(TimeSpan.FromTicks(1), retryAfter);
    }

    [TestMethod]
    public void An_interval_is_in_timestamps_of_the_clock()
    {
        Assert.AreEqual(new RateLimit(7, 12_000_000_000), RateLimit.Every(TimeSpan.FromSeconds(12), 7, new FineClock()));
        Assert.AreEqual(new RateLimit(7, 120_000_000), RateLimit.Every(TimeSpan.FromSeconds(12), 7, _time));
    }

    private KeyedRateLimiter<string> Create(int capacity = 100) => new(_time, RateLimit.Every(Interval, burst: 3, _time), capacity);

    /// <summary>A clock with a hundred timestamps per tick.</summary>
    private sealed class FineClock : TimeProvider
    {
        public long Timestamp { get; set; }

        public override long TimestampFrequency => 1_000_000_000;

        public override long GetTimestamp() => Timestamp;
    }
}
