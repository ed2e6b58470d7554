using Microsoft.Extensions.Time.Testing;
using ServerLib.RateLimiting;

namespace ServerLib.Tests.RateLimiting;

[TestClass]
public sealed class LogSamplerTests
{
    [TestMethod]
    public void The_first_is_reported_at_once_and_the_others_together_when_it_is_time()
    {
        var time = new FakeTimeProvider();
        var tally = new LogSampler(TimeSpan.FromSeconds(10), time);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.IsTrue(tally.AddAndReport(out long count));
        Assert.AreEqual(1, count);
        Assert.IsFalse(tally.AddAndReport(out _));
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.IsTrue(tally.AddAndReport(out count));
        Assert.AreEqual(2, count);
    }

    [TestMethod]
    public void From_many_threads_each_is_counted_once()
    {
        var time = new FakeTimeProvider();
        var tally = new LogSampler(TimeSpan.FromSeconds(10), time);
        time.Advance(TimeSpan.FromSeconds(1));
        long reported = 0;
        Parallel.For(0, 1_000, _ =>
        {
            if (tally.AddAndReport(out long count))
                Interlocked.Add(ref reported, count);
        });
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.IsTrue(tally.AddAndReport(out long rest));

        Assert.AreEqual(1_001, reported + rest);
    }
}
