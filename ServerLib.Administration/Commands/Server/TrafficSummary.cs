namespace ServerLib.Administration.Commands;

/// <summary>The text of a snapshot of the traffic.</summary>
internal static class TrafficSummary
{
    /// <summary>How many seconds the server remembers.</summary>
    public const int MaxSeconds = 600;

    public const int Minute = 60;

    /// <summary>What the server does now, on average, and at most.</summary>
    public static AdminTable Table(IReadOnlyList<TrafficSample> samples)
    {
        var table = new AdminTable("PER SECOND", "NOW", "1 MIN", "10 MIN", "MAX");
        if (samples.Count == 0)
            return table;
        Add("connections", sample => sample.Connections, Amounts.Count);
        Add("logged in", sample => sample.LoggedIn, Amounts.Count);
        Add("logins", sample => sample.Logins, Amounts.Count);
        Add("failed logins", sample => sample.FailedLogins, Amounts.Count);
        Add("refused connections", sample => sample.Refusals, Amounts.Count);
        Add("messages in", sample => sample.MessagesReceived, Amounts.Count);
        Add("messages out", sample => sample.MessagesSent, Amounts.Count);
        Add("bytes in", sample => sample.BytesReceived, Amounts.Bytes);
        Add("bytes out", sample => sample.BytesSent, Amounts.Bytes);
        return table;

        void Add(string name, Func<TrafficSample, double> read, Func<double, string> show) => table.Add(
            name,
            show(read(samples[^1])),
            show(samples.TakeLast(Minute).Average(read)),
            show(samples.Average(read)),
            show(samples.Max(read)));
    }

    /// <summary>The lines below the table. What there is nothing of has no line.</summary>
    public static IEnumerable<string> Lines(TrafficReport report)
    {
        double seconds = Math.Max(1, report.TalkersWindow.TotalSeconds);
        foreach (TopTalker talker in report.TopTalkers)
            yield return $"top talker {talker.Alias} {talker.Address}: {Amounts.Count(talker.Messages / seconds)} messages a second, "
                + $"{Amounts.Bytes(talker.Bytes / seconds)} a second in the last {Amounts.Time(report.TalkersWindow)}";
        foreach (SlowReader reader in report.SlowestReaders)
            yield return $"slow reader {reader.Alias} {reader.Address}: {Amounts.Bytes(reader.QueuedBytes)} queued for {Amounts.Time(reader.Age)}";
        foreach (TrafficRefusal refusal in report.Refusals)
            yield return $"refused {refusal.Reason}: {refusal.Count} in the last 10 min";
    }
}
