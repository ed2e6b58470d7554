using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Diagnostics;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.ActivityLog;

/// <summary>The formats of the activity log besides the classic one.</summary>
[TestClass]
public sealed class LogFormatTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 4, 5, 6, 7, 89, TimeSpan.Zero));

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void The_text_format_has_times_and_levels()
    {
        string[] lines = Write(ActivityLogFormat.Text, log =>
        {
            log.Logging("plain\nmessage");
            log.Logging(new ActivityEntry("danger", LogLevel.Warning));
        });

        CollectionAssert.AreEqual(
            new[]
            {
                "2026-03-04T05:06:07.089Z info ID : 17 NAME : root",
                "2026-03-04T05:06:07.089Z info plain\\nmessage",
                "2026-03-04T05:06:07.089Z warning danger",
            },
            lines);
    }

    [TestMethod]
    public void The_JSON_format_has_one_object_in_each_line()
    {
        string[] lines = Write(ActivityLogFormat.Json, log => log.Logging(
            new ActivityEntry("\"hi\"\nthere", LogLevel.Error, new("user", "Zoë"), new("count", 3), new("secure", true))));

        CollectionAssert.AreEqual(
            new[]
            {
                """{"time":"2026-03-04T05:06:07.089Z","level":"info","message":"The activity log was opened.","userid":"17","username":"root"}""",
                """{"time":"2026-03-04T05:06:07.089Z","level":"error","message":"\"hi\"\\nthere","user":"Zoë","count":3,"secure":true}""",
            },
            lines);
    }

    [TestMethod]
    public void A_login_has_its_user_and_address_as_members()
    {
        using var metrics = new ServerMetrics();
        string[] lines = Write(ActivityLogFormat.Json, log =>
        {
            using var events = new ServerEvents(log, new ListLogger<Log>(), metrics, new ServerTracing("", () => TimeSpan.Zero, _time), new ServerProblems(_time), _time);
            events.ConnectionLoggedIn(new IPEndPoint(IPAddress.Loopback, 7), "ada", connected: 1, source: null);
        });

        JsonElement login = JsonDocument.Parse(lines[1]).RootElement;
        Assert.AreEqual("login", login.GetProperty("event").GetString());
        Assert.AreEqual("127.0.0.1:7", login.GetProperty("address").GetString());
        Assert.AreEqual("ada", login.GetProperty("user").GetString());
        Assert.AreEqual(1, JsonDocument.Parse(lines[2]).RootElement.GetProperty("connected").GetInt32());
    }

    private string[] Write(ActivityLogFormat format, Action<Log> write)
    {
        string file = _folder.File("activity.log");
        using (var log = new Log("17", "root", file, timeProvider: _time, format: format))
            write(log);
        return File.ReadAllLines(file);
    }
}
