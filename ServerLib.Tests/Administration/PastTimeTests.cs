using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Administration.Commands;

namespace ServerLib.Tests.Administration;

/// <summary>The times that filters of <c>history</c> accept.</summary>
[TestClass]
public sealed class PastTimeTests
{
    private readonly FakeTimeProvider _time = new(new(2026, 3, 4, 7, 6, 7, TimeSpan.Zero));

    [TestMethod]
    [DataRow("0s", "2026-03-04 07:06:07")]
    [DataRow("90s", "2026-03-04 07:04:37")]
    [DataRow("2m", "2026-03-04 07:04:07")]
    [DataRow("24h", "2026-03-03 07:06:07")]
    [DataRow("7d", "2026-02-25 07:06:07")]
    [DataRow("999999999d", "0001-01-01 00:00:00")]
    [DataRow("2026-03-04", "2026-03-04 00:00:00")]
    [DataRow("2026-03-04T01:02", "2026-03-04 01:02:00")]
    [DataRow("0001-01-01", "0001-01-01 00:00:00")]
    public void A_time_is_a_duration_ago_or_a_date(string text, string expected)
    {
        Assert.IsTrue(PastTime.TryParse(text, _time, out DateTimeOffset time));
        Assert.AreEqual(expected, time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("s")]
    [DataRow("5")]
    [DataRow("-5s")]
    [DataRow("1 h")]
    [DataRow("1H")]
    [DataRow("9999999999d")]
    [DataRow("2026-02-30")]
    [DataRow("26-02-01")]
    public void Other_text_is_not_a_time(string text) => Assert.IsFalse(PastTime.TryParse(text, _time, out _));

    [TestMethod]
    public void A_date_is_in_the_local_time_zone()
    {
        var time = new FakeTimeProvider();
        time.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("east", TimeSpan.FromHours(14), "east", "east"));
        Assert.IsTrue(PastTime.TryParse("2026-03-04", time, out DateTimeOffset found));
        Assert.AreEqual(new DateTimeOffset(2026, 3, 3, 10, 0, 0, TimeSpan.Zero), found.ToUniversalTime());
        Assert.IsFalse(PastTime.TryParse("0001-01-01", time, out _));
    }
}
