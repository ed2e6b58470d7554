using Microsoft.Extensions.Time.Testing;
using ServerLib.Benchmarks.Generator.App;
using ServerLib.Benchmarks.Processes;

namespace ServerLib.Tests.Benchmarks;

[TestClass]
public sealed class AppMeasurementTests
{
    [TestMethod]
    public void The_rate_counts_only_what_ends_before_the_measurement_does()
    {
        var time = new FakeTimeProvider();
        using var measurement = new AppMeasurement(time, seconds: 2);

        for (int i = 0; i < 4; i++)
        {
            long start = time.GetTimestamp();
            time.Advance(TimeSpan.FromSeconds(0.5));
            Assert.AreEqual(i < 3, measurement.TryCount(start));
        }

        GeneratorReply reply = measurement.ToReply();
        Assert.AreEqual((3, 1.5), (reply.Count, reply.Rate));
        Assert.AreEqual(500_000, reply.P50Us, delta: 10_000);
        Assert.AreEqual(500_000, reply.MaxUs, delta: 1);
    }

    [TestMethod]
    public void Measurements_of_all_threads_are_added_up()
    {
        var time = new FakeTimeProvider();
        using var measurement = new AppMeasurement(time, seconds: 1);

        Thread[] threads = [.. Enumerable.Range(0, 3).Select(_ => new Thread(() => measurement.TryCount(time.GetTimestamp())))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.AreEqual(3, measurement.ToReply().Count);
    }
}
