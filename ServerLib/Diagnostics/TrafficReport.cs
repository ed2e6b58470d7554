namespace ServerLib;

/// <summary>The traffic of a server in the last minutes. <see cref="IServerControl.GetTraffic"/> returns it.</summary>
public sealed record TrafficReport
{
    /// <summary>One sample for each of the last seconds, the oldest first. Before the server has run that long, there are fewer.</summary>
    public required IReadOnlyList<TrafficSample> Samples { get; init; }

    /// <summary>Why connections and logins were refused in the last ten minutes, the most frequent reason first.</summary>
    public required IReadOnlyList<TrafficRefusal> Refusals { get; init; }

    /// <summary>The connections that have sent the most messages in <see cref="TalkersWindow"/>, the first one the most.</summary>
    public required IReadOnlyList<TopTalker> TopTalkers { get; init; }

    /// <summary>The time that <see cref="TopTalkers"/> covers: between half a minute and a minute, or since the start of the server.</summary>
    public required TimeSpan TalkersWindow { get; init; }

    /// <summary>The connections for which the most bytes wait to be read, the first one the most.</summary>
    public required IReadOnlyList<SlowReader> SlowestReaders { get; init; }
}
