using Microsoft.Extensions.Time.Testing;
using ServerLib.RateLimiting;

namespace ServerLib.Tests.RateLimiting;

[TestClass]
public sealed class LogSamplerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly LogSampler _sampler;

    public LogSamplerTests() => _sampler = new LogSampler(TimeSpan.FromSeconds(10), _time);

    [TestMethod]
    public void TryPass_passes_the_first_of_each_interval_with_the_count_since_the_last()
    {
        Assert.IsTrue(_sampler.TryPass(out long count));
        Assert.AreEqual(1, count);
        Assert.IsFalse(_sampler.TryPass(out _));
        _time.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        Assert.IsFalse(_sampler.TryPass(out _));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.IsTrue(_sampler.TryPass(out count));
        Assert.AreEqual(3, count);
        Assert.IsFalse(_sampler.TryPass(out _));
    }

    [TestMethod]
    public void Many_threads_are_counted_exactly()
    {
        long reported = 0;
        Parallel.For(0, 1_000, _ =>
        {
            if (_sampler.TryPass(out long count))
                Interlocked.Add(ref reported, count);
        });
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.IsTrue(_sampler.TryPass(out long rest));

        Assert.AreEqual(1_001, reported + rest);
    }
}
