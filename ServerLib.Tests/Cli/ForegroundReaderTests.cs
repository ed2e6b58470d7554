using ServerLib.Cli;

namespace ServerLib.Tests.Cli;

[TestClass]
public sealed class ForegroundReaderTests
{
    [TestMethod]
    public void The_terminal_is_opened_only_in_the_foreground()
    {
        int asked = 0;
        using var reader = new ForegroundReader(Open, () => ++asked > 1);

        Assert.AreEqual("status", reader.ReadLine());
        Assert.AreEqual(2, asked);

        TextReader Open()
        {
            Assert.AreEqual(2, asked);
            return new StringReader("status");
        }
    }

    [TestMethod]
    public void A_read_that_fails_in_the_background_is_repeated_in_the_foreground()
    {
        Queue<bool> foreground = new([true, false, false, true, true]);
        int opened = 0;
        using var reader = new ForegroundReader(
            () => ++opened == 1 ? throw new IOException("Input/output error") : new StringReader("users"), foreground.Dequeue);

        Assert.AreEqual("users", reader.ReadLine());
        Assert.AreEqual(2, opened);
    }

    [TestMethod]
    public void A_read_that_fails_in_the_foreground_fails()
    {
        using var reader = new ForegroundReader(() => throw new IOException("gone"), () => true);

        Assert.ThrowsExactly<IOException>(() => reader.ReadLine());
    }
}
