using ServerLib.ActivityLog;

namespace ServerLib.Tests.ActivityLog;

[TestClass]
public sealed class LineQueueTests
{
    [TestMethod]
    public void Dispose_writes_all_lines_in_order()
    {
        var written = new List<string>();
        using (var queue = new LineQueue<string>("test", written.AddRange))
        {
            for (int i = 0; i < 2_000; i++)
                queue.Add($"{i}");
        }

        CollectionAssert.AreEqual(Enumerable.Range(0, 2_000).Select(i => $"{i}").ToList(), written);
    }

    [TestMethod]
    public async Task DisposeAsync_writes_all_lines_and_may_be_called_twice()
    {
        var written = new List<string>();
        var queue = new LineQueue<string>("test", written.AddRange);
        for (int i = 0; i < 2_000; i++)
            queue.Add($"{i}");
        await queue.DisposeAsync();

        Assert.HasCount(2_000, written);
        await queue.DisposeAsync();
        queue.Dispose();
    }

    [TestMethod]
    public void Add_loses_lines_instead_of_waiting_for_a_stuck_writer()
    {
        using var stuck = new ManualResetEventSlim();
        int written = 0;
        long lost;
        using (var queue = new LineQueue<string>("test", lines =>
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
    public void Add_after_Dispose_does_nothing()
    {
        var queue = new LineQueue<string>("test", _ => { });
        queue.Dispose();

        queue.Add("too late");
        Assert.AreEqual(0, queue.TakeLost());
    }
}
