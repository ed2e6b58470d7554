using ServerLib.Administration.Commands;

namespace ServerLib.Tests.Administration;

[TestClass]
public sealed class DurationTests
{
    [TestMethod]
    [DataRow("0s", "00:00:00")]
    [DataRow("90s", "00:01:30")]
    [DataRow("1m", "00:01:00")]
    [DataRow("90m", "01:30:00")]
    [DataRow("12h", "12:00:00")]
    [DataRow("3650d", "3650.00:00:00")]
    [DataRow("2w", "14.00:00:00")]
    public void Seconds_to_weeks_are_read(string text, string expected)
    {
        Assert.IsTrue(Duration.TryParse(text, out TimeSpan duration));
        Assert.AreEqual(TimeSpan.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), duration);
    }

    [TestMethod]
    public void What_is_longer_than_any_time_is_as_long_as_one_can_be()
    {
        Assert.IsTrue(Duration.TryParse("4294967295w", out TimeSpan duration));
        Assert.AreEqual(TimeSpan.FromSeconds((long)TimeSpan.MaxValue.TotalSeconds), duration);
    }

    [TestMethod]
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
    public void Nothing_else_is(string text) => Assert.IsFalse(Duration.TryParse(text, out _));
}
