using ServerLib.RateLimiting;

namespace ServerLib.Tests.RateLimiting;

[TestClass]
public sealed class RandomEarlyDropTests
{
    private static readonly RandomEarlyDrop Default = new(100, 30, 1000);

    [TestMethod]
    [DataRow("100:30:1000", 100, 30, 1000)]
    [DataRow("1:1:1", 1, 1, 1)]
    [DataRow("5:100:5", 5, 100, 5)]
    [DataRow("1:100:2147483647", 1, 100, int.MaxValue)]
    public void TryParse_reads_three_numbers(string text, int start, int rate, int full)
    {
        Assert.IsTrue(RandomEarlyDrop.TryParse(text, out RandomEarlyDrop drop));
        Assert.AreEqual(new RandomEarlyDrop(start, rate, full), drop);
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("")]
    [DataRow("100")]
    [DataRow("100:30")]
    [DataRow("100:30:1000:1")]
    [DataRow("0:30:1000")]
    [DataRow("100:0:1000")]
    [DataRow("100:101:1000")]
    [DataRow("100:30:99")]
    [DataRow("100:30:2147483648")]
    [DataRow("-1:30:1000")]
    [DataRow("+1:30:1000")]
    [DataRow(" 100:30:1000")]
    [DataRow("100:30 :1000")]
    [DataRow("100:30%:1000")]
    [DataRow("0x10:30:1000")]
    public void TryParse_and_Parse_reject_anything_else(string? text)
    {
        Assert.IsFalse(RandomEarlyDrop.TryParse(text, out _));
        FormatException e = Assert.ThrowsExactly<FormatException>(() => RandomEarlyDrop.Parse(text!));
        StringAssert.StartsWith(e.Message, $"'{text}' is not START:RATE:FULL");
    }

    [TestMethod]
    [DataRow(0, 0.0, false)]
    [DataRow(99, 0.0, false)]
    [DataRow(100, 0.299, true)]
    [DataRow(100, 0.301, false)]
    [DataRow(550, 0.649, true)]
    [DataRow(550, 0.651, false)]
    [DataRow(999, 0.999, true)]
    [DataRow(999, 0.9995, false)]
    [DataRow(1000, 0.999999, true)]
    [DataRow(5000, 0.999999, true)]
    public void The_share_of_drops_grows_from_the_rate_to_all(int inside, double random, bool isDropped) =>
        Assert.AreEqual(isDropped, Default.Drops(inside, () => random));

    [TestMethod]
    public void Start_and_full_may_be_equal()
    {
        var limit = new RandomEarlyDrop(5, 100, 5);
        Assert.IsFalse(limit.Drops(4, () => 0));
        Assert.IsTrue(limit.Drops(5, () => 0.999999));
    }
}
