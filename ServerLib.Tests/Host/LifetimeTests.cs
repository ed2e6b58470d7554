using ServerLib.Host;

namespace ServerLib.Tests.Host;

[TestClass]
public sealed class LifetimeTests
{
    [TestMethod]
    [DataRow("1m", "00:01:00")]
    [DataRow("90m", "01:30:00")]
    [DataRow("12h", "12:00:00")]
    [DataRow("3650d", "3650.00:00:00")]
    public void Minutes_hours_and_days_are_read(string text, string expected) =>
        Assert.AreEqual(TimeSpan.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), Lifetime.Parse(text));

    [TestMethod]
    [DataRow("")]
    [DataRow("d")]
    [DataRow("7")]
    [DataRow("0d")]
    [DataRow("-1d")]
    [DataRow("+1d")]
    [DataRow("1.5h")]
    [DataRow("1 d")]
    [DataRow("1s")]
    [DataRow("7D")]
    [DataRow("3651d")]
    [DataRow("4294967295d")]
    [DataRow("4294967296m")]
    [DataRow("99999999999999999999d")]
    [DataRow("١d")]
    public void Nothing_else_is(string text) => Assert.IsNull(Lifetime.Parse(text));
}
