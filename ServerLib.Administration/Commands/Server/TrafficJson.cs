using System.Text.Json;

namespace ServerLib.Administration.Commands;

/// <summary>The JSON of a snapshot of the traffic.</summary>
internal sealed record TrafficJson(
    IReadOnlyList<TrafficSample> Samples,
    IReadOnlyList<TrafficRefusal> Refusals,
    double TalkersSeconds,
    IReadOnlyList<TopTalker> TopTalkers,
    IReadOnlyList<TrafficJson.Reader> SlowestReaders)
{
    /// <summary>The JSON of a report, with the last samples.</summary>
    public static TrafficJson From(TrafficReport report, int seconds) => new(
        [.. report.Samples.TakeLast(seconds)],
        report.Refusals,
        Math.Round(report.TalkersWindow.TotalSeconds),
        report.TopTalkers,
        [.. report.SlowestReaders.Select(reader => new Reader(reader.Alias, reader.Address, reader.QueuedBytes, Math.Round(reader.Age.TotalSeconds)))]);

    /// <summary>The report that a server has sent as JSON.</summary>
    /// <exception cref="AdminCommandException">It is something else.</exception>
    public static TrafficReport ToReport(JsonElement json)
    {
        try
        {
            TrafficJson traffic = json.Deserialize<TrafficJson>(CommandJson.Options) ?? throw new JsonException();
            return new TrafficReport
            {
                Samples = traffic.Samples,
                Refusals = traffic.Refusals,
                TalkersWindow = TimeSpan.FromSeconds(traffic.TalkersSeconds),
                TopTalkers = traffic.TopTalkers,
                SlowestReaders =
                    [.. traffic.SlowestReaders.Select(r => new SlowReader(r.Alias, r.Address, r.QueuedBytes, TimeSpan.FromSeconds(r.Seconds)))],
            };
        }
        catch (JsonException)
        {
            throw new AdminCommandException(ExitCode.CouldNotRun, "the server has sent something that is not a report of its traffic");
        }
    }

    /// <summary>A slow reader, with its age as a number.</summary>
    internal sealed record Reader(string Alias, string Address, int QueuedBytes, double Seconds);
}
