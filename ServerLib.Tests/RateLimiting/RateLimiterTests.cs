using ServerLib.RateLimiting;

namespace ServerLib.Tests.RateLimiting;

[TestClass]
public sealed class RateLimiterTests
{
    private static readonly RateLimit FiftyPerSecond = RateLimit.PerSecond(50, burst: 5, timestampFrequency: 1_000);

    [TestMethod]
    public void A_new_limiter_gives_the_burst_and_then_one_token_per_interval()
    {
        var limiter = new RateLimiter();
        for (int i = 0; i < 5; i++)
        {
            Assert.IsLessThanOrEqualTo(0, limiter.WaitFor(1, FiftyPerSecond, now: 100));
            limiter.Take(1, FiftyPerSecond, now: 100);
        }

        Assert.AreEqual(20, limiter.WaitFor(1, FiftyPerSecond, now: 100));
        Assert.AreEqual(100, limiter.WaitFor(5, FiftyPerSecond, now: 100));
        Assert.AreEqual(1, limiter.WaitFor(1, FiftyPerSecond, now: 119));
        Assert.AreEqual(0, limiter.WaitFor(1, FiftyPerSecond, now: 120));
        limiter.Take(1, FiftyPerSecond, now: 120);
        Assert.AreEqual(20, limiter.WaitFor(1, FiftyPerSecond, now: 120));
    }

    [TestMethod]
    public void A_limiter_never_holds_more_than_its_burst()
    {
        var limiter = new RateLimiter();
        limiter.Take(1, FiftyPerSecond, now: 100);
        for (int i = 0; i < 5; i++)
            limiter.Take(1, FiftyPerSecond, now: 1_000_000);
        Assert.AreEqual(20, limiter.WaitFor(1, FiftyPerSecond, now: 1_000_000));
    }

    [TestMethod]
    public void Take_can_owe_more_than_the_burst()
    {
        var limiter = new RateLimiter();
        limiter.Take(4, FiftyPerSecond, now: 100);
        Assert.AreEqual(0, limiter.WaitFor(1, FiftyPerSecond, now: 100));
        limiter.Take(64, FiftyPerSecond, now: 100);
        Assert.AreEqual(64 * 20, limiter.WaitFor(1, FiftyPerSecond, now: 100));
        Assert.AreEqual(1, limiter.WaitFor(1, FiftyPerSecond, now: 100 + 64 * 20 - 1));
        Assert.AreEqual(68 * 20, limiter.WaitFor(5, FiftyPerSecond, now: 100));
    }

    [TestMethod]
    public void A_limiter_is_full_when_all_tokens_are_back()
    {
        var limiter = new RateLimiter();
        Assert.IsTrue(limiter.IsFull(0));
        limiter.Take(2, FiftyPerSecond, now: 100);
        Assert.IsFalse(limiter.IsFull(139));
        Assert.IsTrue(limiter.IsFull(140));
    }

    [TestMethod]
    public void Refund_gives_tokens_back()
    {
        var limiter = new RateLimiter();
        limiter.Take(5, FiftyPerSecond, now: 100);
        limiter.Refund(2, FiftyPerSecond);
        Assert.AreEqual(0, limiter.WaitFor(2, FiftyPerSecond, now: 100));
        Assert.AreEqual(20, limiter.WaitFor(3, FiftyPerSecond, now: 100));
    }

    [TestMethod]
    public void Many_threads_lose_no_token()
    {
        var limiter = new RateLimiter();
        Parallel.For(0, 8, _ =>
        {
            for (int i = 0; i < 50_000; i++)
            {
                limiter.Take(2, FiftyPerSecond, now: 100);
                limiter.Refund(1, FiftyPerSecond);
            }
        });
        Assert.AreEqual((8 * 50_000 - 4) * 20, limiter.WaitFor(1, FiftyPerSecond, now: 100));
    }

    [TestMethod]
    [DataRow(1, 1_000_000, 1_000_000_000L)]
    [DataRow(1_000_000, 1, 10_000_000L)]
    [DataRow(1_000_000, 1_000_000, 1_000L)]
    public void The_largest_numbers_do_not_overflow(int perSecond, int burst, long frequency)
    {
        var limit = RateLimit.PerSecond(perSecond, burst, frequency);
        var limiter = new RateLimiter();
        long now = long.MaxValue / 4;
        for (int i = 0; i < burst; i++)
            limiter.Take(1, limit, now);
        Assert.AreEqual(limit.Interval, limiter.WaitFor(1, limit, now));
        Assert.IsLessThanOrEqualTo(0, limiter.WaitFor(burst, limit, now + limit.Interval * burst));

        // The charge for the largest frame.
        limiter.Take(16 * 1024, limit, now);
        Assert.AreEqual((16 * 1024 + 1) * limit.Interval, limiter.WaitFor(1, limit, now));
    }
}
