using ServerLib.ActivityLog;

namespace ServerLib.Tests.ActivityLog;

[TestClass]
public sealed class LineQueueTests
{
    [TestMethod]
    public void Dispose_writes_everything_in_order_first()
    {
        var written = new List<string>();
        using (var queue = new LineQueue("test", written.AddRange))
        {
            for (int i = 0; i < 2_000; i++)
                queue.Add($"{i}");
        }

        CollectionAssert.AreEqual(Enumerable.Range(0, 2_000).Select(i => $"{i}").ToList(), written);
    }

    [TestMethod]
    public void Add_with_a_writer_that_is_stuck_loses_lines_instead_of_waiting()
    {
        using var stuck = new ManualResetEventSlim();
        int written = 0;
        long lost;
        using (var queue = new LineQueue("test", lines =>
        {
            stuck.Wait();
            written += lines.Count;
        }))
        {
            for (int i = 0; i < 20_000; i++)
                queue.Add("line");
            lost = queue.TakeLost();
            stuck.Set();
        }

        Assert.IsGreaterThan(0, lost);
        Assert.AreEqual(20_000, written + lost);
    }

    [TestMethod]
    public void Add_after_the_end_is_not_heard()
    {
        var queue = new LineQueue("test", _ => { });
        queue.Dispose();

        queue.Add("too late");
        Assert.AreEqual(0, queue.TakeLost());
    }
}
