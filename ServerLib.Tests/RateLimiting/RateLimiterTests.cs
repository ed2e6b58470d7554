using ServerLib.RateLimiting;

namespace ServerLib.Tests.RateLimiting;

[TestClass]
public sealed class RateLimiterTests
{
    private static readonly RateLimit FiftyAndFive = new(50, 5, 1_000);

    [TestMethod]
    public void It_is_full_at_first_and_then_gives_one_at_a_time()
    {
        var bucket = new RateLimiter();
        for (int i = 0; i < 5; i++)
        {
            Assert.IsLessThanOrEqualTo(0, bucket.WaitFor(1, FiftyAndFive, now: 100));
            bucket.Take(1, FiftyAndFive, now: 100);
        }

        Assert.AreEqual(20, bucket.WaitFor(1, FiftyAndFive, now: 100));
        Assert.AreEqual(100, bucket.WaitFor(5, FiftyAndFive, now: 100));
        Assert.AreEqual(1, bucket.WaitFor(1, FiftyAndFive, now: 119));
        Assert.AreEqual(0, bucket.WaitFor(1, FiftyAndFive, now: 120));
        bucket.Take(1, FiftyAndFive, now: 120);
        Assert.AreEqual(20, bucket.WaitFor(1, FiftyAndFive, now: 120));
    }

    [TestMethod]
    public void It_never_holds_more_than_its_burst()
    {
        var bucket = new RateLimiter();
        bucket.Take(1, FiftyAndFive, now: 100);
        for (int i = 0; i < 5; i++)
            bucket.Take(1, FiftyAndFive, now: 1_000_000);
        Assert.AreEqual(20, bucket.WaitFor(1, FiftyAndFive, now: 1_000_000));
    }

    [TestMethod]
    public void More_than_it_holds_can_be_taken_and_is_owed()
    {
        var bucket = new RateLimiter();
        bucket.Take(4, FiftyAndFive, now: 100);
        Assert.AreEqual(0, bucket.WaitFor(1, FiftyAndFive, now: 100));
        bucket.Take(64, FiftyAndFive, now: 100);
        Assert.AreEqual(64 * 20, bucket.WaitFor(1, FiftyAndFive, now: 100));
        Assert.AreEqual(1, bucket.WaitFor(1, FiftyAndFive, now: 100 + 64 * 20 - 1));
        Assert.AreEqual(68 * 20, bucket.WaitFor(5, FiftyAndFive, now: 100));
    }

    [TestMethod]
    [DataRow(1, 1_000_000, 1_000_000_000L)]
    [DataRow(1_000_000, 1, 10_000_000L)]
    [DataRow(1_000_000, 1_000_000, 1_000L)]
    public void The_largest_numbers_are_no_trouble(int perSecond, int burst, long frequency)
    {
        var rate = new RateLimit(perSecond, burst, frequency);
        var bucket = new RateLimiter();
        long now = long.MaxValue / 4;
        for (int i = 0; i < burst; i++)
            bucket.Take(1, rate, now);
        Assert.AreEqual(rate.Interval, bucket.WaitFor(1, rate, now));
        Assert.IsLessThanOrEqualTo(0, bucket.WaitFor(burst, rate, now + rate.Interval * burst));

        // As much as the largest frame is.
        bucket.Take(16 * 1024, rate, now);
        Assert.AreEqual((16 * 1024 + 1) * rate.Interval, bucket.WaitFor(1, rate, now));
    }
}
