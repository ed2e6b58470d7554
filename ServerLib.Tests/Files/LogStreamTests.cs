using ServerLib.Files;

namespace ServerLib.Tests.Files;

[TestClass]
public sealed class LogStreamTests
{
    private static readonly byte[] Page = new byte[PageStream.PageSize];

    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_flush_completes_with_the_write_that_it_waits_for()
    {
        using var file = new MemoryStream();
        using var log = new LogStream(file);
        log.WaitFor(0);
        log.Write(Page, 0, Page.Length);
        log.WaitFor(Page.Length);

        long seen = 0;
        Task waiting = Task.Run(
            () =>
            {
                log.WaitFor(3 * Page.Length);
                seen = file.Length;
            },
            _guard);
        log.Write(Page, 0, Page.Length);
        log.Write(Page, 0, Page.Length);
        await waiting.WaitAsync(_guard);
        Assert.AreEqual(3 * Page.Length, seen);

        log.SetLength(0);
        log.Position = 0;
        Task afresh = Task.Run(() => log.WaitFor(Page.Length), _guard);
        log.Write(Page, 0, Page.Length);
        await afresh.WaitAsync(_guard);
    }

    [TestMethod]
    public void A_failed_write_stops_later_writes_and_is_reported_to_waiters()
    {
        using var temp = new TempFolder();
        var files = new FaultyFiles();
        using var log = new LogStream(files.Open(temp.File("log")));
        log.Write(Page, 0, Page.Length);
        files.Fault = what => what == "log write" ? FaultyFiles.DiskFull : null;
        log.Write(Page, 0, Page.Length);
        files.Fault = _ => null;
        log.Write(Page, 0, Page.Length);

        Assert.AreEqual(Page.Length, log.Length);
        StringAssert.Contains(Assert.ThrowsExactly<IOException>(() => log.WaitFor(2 * Page.Length)).Message, FaultyFiles.DiskFull.Message);
        Assert.ThrowsExactly<IOException>(log.Sync);
    }

    [TestMethod]
    public void An_incomplete_page_at_the_end_is_ignored_and_a_missing_page_is_not_read()
    {
        using var log = new LogStream(new MemoryStream(new byte[PageStream.PageSize + 100]));
        Assert.AreEqual(PageStream.PageSize, log.Length);
        log.Position = PageStream.PageSize;
        Assert.ThrowsExactly<EndOfStreamException>(() => log.Read(new byte[PageStream.PageSize], 0, PageStream.PageSize));
    }
}
