using System.Text.RegularExpressions;

namespace ServerLib.Tests.Cli.Watch;

/// <summary>Traffic reports for tests.</summary>
internal static partial class TestTraffic
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 9, 0, 0, TimeSpan.Zero);

    public static TrafficReport Empty() => new()
    {
        Samples = [],
        Refusals = [],
        TopTalkers = [],
        TalkersWindow = TimeSpan.Zero,
        SlowestReaders = [],
    };

    /// <summary>A minute with something everywhere.</summary>
    public static TrafficReport Busy() => new()
    {
        Samples = [.. Enumerable.Range(1, 60).Select(Second)],
        Refusals = [new("ServerFull", 12345), new("Failure", 3)],
        TopTalkers = [new("ada", "203.0.113.7:50000", 4500, 460_800), new("[red]eve[/]", "203.0.113.8:50000", 45, 900)],
        TalkersWindow = TimeSpan.FromSeconds(45),
        SlowestReaders = [new("b\u001b[2J", "203.0.113.9:50000", 123_456, TimeSpan.FromSeconds(12))],
    };

    /// <summary>A sample of a second of a minute.</summary>
    public static TrafficSample Second(int i) => new(Start.AddSeconds(i))
    {
        Connections = i,
        LoggedIn = i / 2,
        Logins = i % 3,
        FailedLogins = i % 7,
        Refusals = i % 5,
        MessagesReceived = 2 * (i - 1),
        MessagesSent = 100 * i,
        BytesReceived = 1_000 * i,
        BytesSent = 100_000 * i,
    };

    public static string WithoutStyles(string text) => Style().Replace(text, "");

    [GeneratedRegex("\u001b\\[[0-9;]*m")]
    private static partial Regex Style();
}
