using ServerLib.Administration;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ServerLib.Cli.Watch;

/// <summary>The lists of <c>watch</c>: top talkers, slowest readers and refusals.</summary>
internal static class TrafficLists
{
    private const int Number = 8;
    private const int WithAddress = 50;

    /// <summary>The connections that send the most.</summary>
    public static IRenderable Talkers(TrafficReport report, int width, int height)
    {
        double seconds = Math.Max(1, report.TalkersWindow.TotalSeconds);
        return Draw(
            "Top talkers",
            [("msg/s", 6), ("bytes/s", Number)],
            report.TopTalkers.Select(talker => (
                Name(talker.Alias, talker.Address, width), new[] { Amounts.Count(talker.Messages / seconds), Amounts.Bytes(talker.Bytes / seconds) })),
            width,
            height);
    }

    /// <summary>The connections that read too slowly.</summary>
    public static IRenderable SlowReaders(TrafficReport report, int width, int height) => Draw(
        "Slow readers",
        [("queued", Number), ("for", 6)],
        report.SlowestReaders.Select(reader => (
            Name(reader.Alias, reader.Address, width), new[] { Amounts.Bytes(reader.QueuedBytes), Amounts.Time(reader.Age) })),
        width,
        height);

    /// <summary>Why connections and logins were refused.</summary>
    public static IRenderable Refusals(TrafficReport report, int width, int height) => Draw(
        "Refusals",
        [("", 6)],
        report.Refusals.Select(refusal => (refusal.Reason, new[] { Amounts.Count(refusal.Count) })),
        width,
        height);

    private static Rows Draw(
        string title, (string Name, int Width)[] columns, IEnumerable<(string Name, string[] Cells)> rows, int width, int height)
    {
        string[] lines =
        [
            .. rows.Take(height - 1).Select(row => Fitting.Line(row.Name, [.. row.Cells.Zip(columns, (cell, column) => (cell, column.Width))], width - 1)),
        ];
        var head = new Text(Fitting.Line(title, columns, width - 1), new Style(decoration: Decoration.Bold));
        return new Rows([head, .. lines.Length == 0 ? [new Text("none", new Style(decoration: Decoration.Dim))] : lines.Select(line => new Text(line))]);
    }

    /// <summary>The user, and the address if there is room for both.</summary>
    private static string Name(string alias, string address, int width) => TextSanitizer.Escape(
        alias.Length == 0 ? address : width < WithAddress ? alias : $"{alias} {address}");
}
