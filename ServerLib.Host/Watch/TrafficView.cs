using System.Globalization;
using ServerLib.Administration;
using ServerLib.Cli.Terminal;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ServerLib.Cli.Watch;

/// <summary>The picture of <c>watch</c>. It fits every size of the window: if there is little room, plots become numbers, and lists shorter.</summary>
internal static class TrafficView
{
    private const int ListHeight = 7;
    private const int MinListHeight = 3;
    private const int MaxPlotHeight = 10;

    private static readonly TrafficPlot[] Plots =
    [
        new("Connections", sample => sample.Connections, Amounts.Count, Color.Blue),
        new("Logins/s", sample => sample.Logins, Amounts.Count, Color.Green),
        new("Messages in/s", sample => sample.MessagesReceived, Amounts.Count, Color.Yellow),
        new("Messages out/s", sample => sample.MessagesSent, Amounts.Count, Color.Yellow),
        new("Bytes in/s", sample => sample.BytesReceived, Amounts.Bytes, Color.Purple),
        new("Bytes out/s", sample => sample.BytesSent, Amounts.Bytes, Color.Purple),
        new("Failed logins/s", sample => sample.FailedLogins, Amounts.Count, Color.Red),
        new("Refusals/s", sample => sample.Refusals, Amounts.Count, Color.Red),
    ];

    /// <summary>The lines of the picture: as many as the window has, and none wider than it.</summary>
    /// <param name="report">What the server did.</param>
    /// <param name="width">The number of columns.</param>
    /// <param name="height">The number of lines.</param>
    /// <param name="hasColors">Whether to use colors.</param>
    public static string[] Draw(TrafficReport report, int width, int height, bool hasColors)
    {
        int across = width >= 110 ? 4 : width >= 60 ? 2 : 1;
        int down = Plots.Length / across;
        int room = Math.Max(0, height - 2);
        int plotHeight = Math.Clamp((room - ListHeight) / down, 1, MaxPlotHeight);
        down = Math.Min(down, room / plotHeight);
        int listHeight = room - down * plotHeight;

        var rows = new List<Layout> { Part(Header(report, width), 1) };
        for (int row = 0; row < down; row++)
            rows.Add(PlotRow(report.Samples, Plots.AsSpan(row * across, across), width, plotHeight));
        if (listHeight >= MinListHeight)
            rows.Add(Lists(report, width, listHeight));
        else if (listHeight > 0)
            rows.Add(Part(new Text(""), listHeight));
        rows.Add(Part(new Text("q quits", new Style(decoration: Decoration.Dim)), 1));
        return Drawing.ToLines(new Layout().SplitRows([.. rows]), width, height, hasColors);
    }

    private static Text Header(TrafficReport report, int width)
    {
        if (report.Samples.Count == 0)
            return new Text("waiting for the first second", new Style(decoration: Decoration.Bold));
        TrafficSample now = report.Samples[^1];
        string time = now.Time.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        return new Text(
            Fitting.Cut($"ServerLib  {time}  connections {now.Connections}, logged in {now.LoggedIn}", width),
            new Style(decoration: Decoration.Bold));
    }

    private static Layout PlotRow(IReadOnlyList<TrafficSample> samples, ReadOnlySpan<TrafficPlot> plots, int width, int height)
    {
        int each = width / plots.Length;
        var parts = new Layout[plots.Length];
        for (int i = 0; i < parts.Length; i++)
            parts[i] = Part(plots[i].Draw(samples, each, height), each);
        return Split(parts, height);
    }

    private static Layout Lists(TrafficReport report, int width, int height)
    {
        // The first list has two numbers and a name, and needs the most room. A narrow window has it alone.
        if (width < 60)
            return Part(TrafficLists.Talkers(report, width, height), height);
        int refusals = width / 4;
        int readers = (width - refusals) / 2;
        int talkers = width - refusals - readers;
        return Split(
            [
                Part(TrafficLists.Talkers(report, talkers, height), talkers),
                Part(TrafficLists.SlowReaders(report, readers, height), readers),
                Part(TrafficLists.Refusals(report, refusals, height), refusals),
            ],
            height);
    }

    private static Layout Part(IRenderable content, int size) => new(content) { Size = size };

    private static Layout Split(Layout[] parts, int height) => new Layout { Size = height }.SplitColumns(parts);
}
