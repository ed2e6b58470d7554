using ServerLib.Benchmarks.Generator;

namespace ServerLib.Tests.Benchmarks;

[TestClass]
public sealed class HistogramTests
{
    [TestMethod]
    public void Percentiles_are_within_two_percent_of_the_sorted_times()
    {
        var random = new Random(1);
        long[] times = [.. Enumerable.Range(0, 20_000).Select(_ => (long)Math.Exp(random.NextDouble() * 25))];
        var histogram = new Histogram();
        foreach (long time in times)
            histogram.Record(time);

        Array.Sort(times);
        foreach (double share in (double[])[0.01, 0.5, 0.9, 0.99, 0.999, 1])
        {
            long exact = times[(int)Math.Ceiling(share * times.Length) - 1];
            Assert.AreEqual(exact, histogram.Percentile(share), Math.Max(0.5, exact * 0.02), $"{share}");
        }

        Assert.AreEqual(times[^1], histogram.Max);
        Assert.AreEqual(times.Length, histogram.Count);
    }

    [TestMethod]
    public void Small_times_are_exact()
    {
        for (long time = 0; time < 128; time++)
        {
            var histogram = new Histogram();
            histogram.Record(time);
            Assert.AreEqual(time, histogram.Percentile(0.5));
        }
    }

    [TestMethod]
    public void An_empty_histogram_returns_zero() => Assert.AreEqual(0, new Histogram().Percentile(0.99));

    [TestMethod]
    public void The_largest_time_can_be_recorded()
    {
        var histogram = new Histogram();
        histogram.Record(long.MaxValue);
        Assert.AreEqual(long.MaxValue, histogram.Percentile(1), long.MaxValue * 0.02);
    }

    [TestMethod]
    public void Adding_a_histogram_counts_both()
    {
        var one = new Histogram();
        var other = new Histogram();
        one.Record(10);
        other.Record(20);
        other.Record(30);
        one.Add(other);
        Assert.AreEqual(3, one.Count);
        Assert.AreEqual(20, one.Percentile(0.5));
        Assert.AreEqual(30, one.Max);
    }
}
