using System.Globalization;

namespace ServerLib.Tests.Hosting;

[TestClass]
public sealed class DurationTextTests
{
    [TestMethod]
    [DataRow("0s", "00:00:00")]
    [DataRow("90s", "00:01:30")]
    [DataRow("1m", "00:01:00")]
    [DataRow("90m", "01:30:00")]
    [DataRow("12h", "12:00:00")]
    [DataRow("3650d", "3650.00:00:00")]
    [DataRow("2w", "14.00:00:00")]
    [DataRow("00:02:00", "00:02:00")]
    [DataRow("90.00:00:00", "90.00:00:00")]
    [DataRow("00:00:00.5", "00:00:00.5")]
    [DataRow("00:30", "00:30:00")]
    public void A_number_with_a_unit_or_a_time_is_a_duration(string text, string expected)
    {
        Assert.IsTrue(DurationText.TryParse(text, out TimeSpan duration));
        Assert.AreEqual(TimeSpan.Parse(expected, CultureInfo.InvariantCulture), duration);
    }

    [TestMethod]
    public void A_number_that_is_too_large_gives_the_longest_duration()
    {
        Assert.IsTrue(DurationText.TryParse("4294967295w", out TimeSpan duration));
        Assert.AreEqual(TimeSpan.FromSeconds((long)TimeSpan.MaxValue.TotalSeconds), duration);
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("")]
    [DataRow("d")]
    [DataRow("7")]
    [DataRow("-1d")]
    [DataRow("+1d")]
    [DataRow("1.5h")]
    [DataRow("1 d")]
    [DataRow("1y")]
    [DataRow("7D")]
    [DataRow("4294967296m")]
    [DataRow("99999999999999999999d")]
    [DataRow("١d")]
    [DataRow("25:00:00")]
    [DataRow("1:2:3:4:5")]
    public void Other_text_is_not_a_duration(string? text) => Assert.IsFalse(DurationText.TryParse(text, out _));
}
