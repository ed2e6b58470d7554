using ServerLib.Connections;
using ServerLib.Diagnostics;

namespace ServerLib.Server;

/// <summary>
/// Remembers what the server did in each of the last seconds. The totals are those of the metrics, so that both always agree.
/// </summary>
/// <param name="counters">Logins and refusals.</param>
/// <param name="messages">Messages and bytes.</param>
/// <param name="time">The clock.</param>
internal sealed class TrafficHistory(TrafficCounters counters, MessageCounters messages, TimeProvider time) : IDisposable
{
    /// <summary>How many seconds are remembered.</summary>
    public const int Seconds = 600;

    private const int HalfWindow = 30;

    private readonly Lock _gate = new();
    private readonly SampleRing _samples = new(Seconds);
    private readonly RefusalHistory _refusals = new(counters);
    private IEnumerable<Connection> _connections = [];
    private ITimer? _timer;
    private TrafficTotals _sampled;
    private long _lastSample;
    private long _windowStart;
    private long _halfStart;

    /// <summary>Begins to take samples.</summary>
    /// <param name="connections">The server's connections. Enumerating blocks nobody.</param>
    public void Start(IEnumerable<Connection> connections)
    {
        _connections = connections;
        _lastSample = _windowStart = _halfStart = time.GetTimestamp();
        _timer = time.CreateTimer(static history => ((TrafficHistory)history!).Sample(), this, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    /// <summary>Reports the traffic of the last minutes.</summary>
    /// <param name="seconds">How many samples at most.</param>
    /// <param name="top">How many talkers and slow readers at most.</param>
    public TrafficReport Report(int seconds, int top)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(seconds);
        ArgumentOutOfRangeException.ThrowIfNegative(top);
        lock (_gate)
        {
            long now = time.GetTimestamp();
            Connection[] loaded = [.. _connections.Where(connection => connection.Traffic.Load is not null)];
            return new TrafficReport
            {
                Samples = _samples.Last(seconds),
                Refusals = _refusals.ByReason(),
                TopTalkers = Talkers(loaded, top),
                TalkersWindow = time.GetElapsedTime(_windowStart, now),
                SlowestReaders = SlowReaders(loaded, top, now),
            };
        }
    }

    public void Dispose() => _timer?.Dispose();

    private void Sample()
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();

            // A timer may be late. Then there is one sample for each second, so that the samples stay evenly spaced.
            int seconds = Math.Min((int)Math.Round(time.GetElapsedTime(_lastSample, now).TotalSeconds), Seconds);
            if (seconds == 0)
                return;
            _lastSample = now;
            bool rotates = time.GetElapsedTime(_halfStart, now) >= TimeSpan.FromSeconds(HalfWindow);
            (int all, int loggedIn) = Look(now, rotates);
            if (rotates)
                (_windowStart, _halfStart) = (_halfStart, now);
            TrafficTotals totals = Total();
            _refusals.Advance(seconds);
            DateTimeOffset until = time.GetUtcNow();
            for (int i = 1; i <= seconds; i++)
            {
                TrafficTotals next = _sampled.Towards(totals, i, seconds);
                _samples.Add(next.Since(_sampled.Towards(totals, i - 1, seconds), until - TimeSpan.FromSeconds(seconds - i), all, loggedIn));
            }

            _sampled = totals;
        }
    }

    private TrafficTotals Total() => new()
    {
        Logins = counters.Logins,
        FailedLogins = counters.FailedLogins,
        Refusals = counters.Refusals,
        MessagesReceived = messages.MessagesReceived,
        BytesReceived = messages.BytesReceived,
        MessagesSent = messages.MessagesSent,
        BytesSent = messages.BytesSent,
    };

    /// <summary>Looks at what each connection does.</summary>
    private (int All, int LoggedIn) Look(long now, bool rotates)
    {
        int all = 0, loggedIn = 0;
        foreach (Connection connection in _connections)
        {
            all++;
            if (connection.IsLoggedIn)
                loggedIn++;
            ref ConnectionTraffic traffic = ref connection.Traffic;
            traffic.Measure(connection.Link);
            traffic.Load?.MarkQueued(now);
            if (rotates)
                traffic.Rotate();
        }

        return (all, loggedIn);
    }

    private static TopTalker[] Talkers(Connection[] connections, int top) =>
    [
        .. connections.Where(connection => connection.Traffic.Load!.Messages > 0)
            .OrderByDescending(connection => connection.Traffic.Load!.Messages)
            .ThenByDescending(connection => connection.Traffic.Load!.Bytes)
            .Take(top)
            .Select(c => new TopTalker(c.Alias, c.RemoteEndPoint.ToString() ?? "", c.Traffic.Load!.Messages, c.Traffic.Load.Bytes)),
    ];

    private SlowReader[] SlowReaders(Connection[] connections, int top, long now) =>
    [
        .. connections.Where(connection => connection.Traffic.Load!.QueuedSince is not null)
            .Select(c => new SlowReader(
                c.Alias,
                c.RemoteEndPoint.ToString() ?? "",
                c.Traffic.Load!.QueuedBytes,
                time.GetElapsedTime(c.Traffic.Load!.QueuedSince!.Value, now)))
            .OrderByDescending(reader => reader.QueuedBytes)
            .Take(top),
    ];
}
