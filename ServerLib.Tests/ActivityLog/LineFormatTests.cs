using ServerLib.ActivityLog;

namespace ServerLib.Tests.ActivityLog;

[TestClass]
public sealed class LineFormatTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.FromHours(1));

    [TestMethod]
    [DataRow("log [{index}] >> {message}", "log [7] >> hi {index}")]
    [DataRow("{timestamp} {message}", "2026-01-02T11:00:00.0000000Z hi {index}")]
    [DataRow("{ {index} } {message}", "{ 7 } hi {index}")]
    public void Format_replaces_placeholders_of_the_template_only(string template, string expected) =>
        Assert.AreEqual(expected, new LineFormat(template).Format(7, "hi {index}", Noon));

    [TestMethod]
    [DataRow("log [{index}]")]
    [DataRow("{message} {user}")]
    [DataRow("{message}\n{index}")]
    [DataRow("")]
    public void The_constructor_rejects_an_invalid_template(string template) =>
        Assert.ThrowsExactly<FormatException>(() => new LineFormat(template));
}
