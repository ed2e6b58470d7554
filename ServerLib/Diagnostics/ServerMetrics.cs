using System.Collections.Immutable;
using System.Diagnostics.Metrics;

namespace ServerLib.Diagnostics;

/// <summary>
/// The metrics of one server: the meter <c>ServerLib</c>, for OpenTelemetry, Prometheus, <c>dotnet-counters</c> and the like. What is counted
/// often is counted in fields, and read when somebody asks.
/// </summary>
internal sealed class ServerMetrics : IDisposable
{
    /// <summary>The name of the meter, and of the source of spans.</summary>
    public const string Name = "ServerLib";

    private static readonly double[] Durations = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly EventCounts<DisconnectReason> _refusals = new("reason");
    private readonly EventCounts<DisconnectReason> _disconnects = new("reason");
    private readonly EventCounts<LoginCode> _logins = new("result");
    private readonly EventCounts<LoginRefusal> _loginRefusals = new("reason");
    private readonly Histogram<double> _loginDuration;
    private readonly Histogram<double> _handlerDuration;
    private readonly Histogram<double> _broadcastDuration;
    private readonly Histogram<double> _commitDuration;
    private ImmutableDictionary<string, Func<int>> _databases = ImmutableDictionary<string, Func<int>>.Empty;
    private long _connections;
    private long _accepted;
    private long _handlerFailures;
    private long _holds;

    /// <summary>Creates the instruments.</summary>
    /// <param name="factory">Creates the meter. Without one, the meter ends with this object.</param>
    /// <param name="server">The server's name, which the meter has as the tag <c>server</c>; empty for the only one.</param>
    /// <param name="problems">The server's problems.</param>
    public ServerMetrics(IMeterFactory? factory = null, string server = "", ServerProblems? problems = null)
    {
        var options = new MeterOptions(Name) { Tags = server.Length > 0 ? [new("server", server)] : null };
        Meter = factory?.Create(options) ?? new Meter(options);
        Traffic = new TrafficCounters(_logins, _refusals);

        // Observable, so that a listener that attaches late sees the number, and not only its changes.
        Level("serverlib.connections", () => Interlocked.Read(ref _connections), "{connection}", "Open connections.");
        Total("serverlib.connections.accepted", () => Interlocked.Read(ref _accepted), "{connection}", "Connections that were accepted.");
        Totals("serverlib.connections.refused", _refusals.Measure, "{connection}", "Connections closed at accept, by reason.");
        Totals("serverlib.disconnects", _disconnects.Measure, "{connection}", "Connections that have ended, by reason.");

        Totals("serverlib.logins", _logins.Measure, "{attempt}", "Login attempts, by result.");
        Totals("serverlib.logins.refused", _loginRefusals.Measure, "{attempt}", "Logins refused by a limit or because the server was busy, by reason.");
        _loginDuration = Duration("serverlib.login.duration", "The time from a client's credentials to the answer, by result.");

        Total("serverlib.messages.received", () => Messages.MessagesReceived, "{message}", "Messages from clients.");
        Total("serverlib.bytes.received", () => Messages.BytesReceived, "By", "Bytes in the bodies of messages from clients.");
        Total("serverlib.messages.sent", () => Messages.MessagesSent, "{message}", "Messages and answers that were sent or queued for clients.");
        Total("serverlib.bytes.sent", () => Messages.BytesSent, "By", "Bytes that were sent to clients, before TLS.");
        Total("serverlib.messages.dropped", () => Messages.MessagesDropped, "{message}", "Messages that could not be sent to a client.");
        Total(
            "serverlib.messages.held_back",
            () => Interlocked.Read(ref _holds),
            "{hold}",
            "Times that the server stopped reading from a client that exceeded its message rate.");

        _broadcastDuration = Duration("serverlib.broadcast.duration", "The time to send a message to a room or group.");
        _handlerDuration = Duration("serverlib.handler.duration", "The time that handlers and methods take, by kind of message and method.");
        Total("serverlib.handler.failures", () => Interlocked.Read(ref _handlerFailures), "{call}", "Exceptions thrown by message handlers.");

        Meter.CreateObservableUpDownCounter(
            "serverlib.database.queue.length", MeasureDatabases, "{operation}", "Operations that wait for the database's thread, by database.");
        _commitDuration = Duration("serverlib.database.commit.duration", "The time to commit changes, with fsync, by database.");
        if (problems is not null)
            Level("serverlib.problems", () => problems.Current.Count, "{problem}", "What an admin has to repair.");
    }

    /// <summary>The meter.</summary>
    public Meter Meter { get; }

    /// <summary>Logins and refusals, for the history of the server's traffic.</summary>
    public TrafficCounters Traffic { get; }

    /// <summary>Counts the messages and bytes of the server's connections.</summary>
    public MessageCounters Messages { get; } = new();

    /// <summary>Whether somebody measures how long handlers take.</summary>
    public bool TimesHandlers => _handlerDuration.Enabled;

    /// <summary>Whether somebody measures how long broadcasts take.</summary>
    public bool TimesBroadcasts => _broadcastDuration.Enabled;

    /// <summary>Adds the days until the TLS certificate expires.</summary>
    /// <param name="daysLeft">The days; <see langword="null"/> without TLS.</param>
    public void ObserveCertificate(Func<double>? daysLeft)
    {
        if (daysLeft is not null)
            Meter.CreateObservableGauge("serverlib.certificate.days_left", daysLeft, "d", "Days until the TLS certificate expires.");
    }

    /// <summary>Adds the number of passwords that wait to be hashed.</summary>
    public void ObservePasswordQueue(Func<int> length) =>
        Level("serverlib.password_hash.queue.length", () => length(), "{hash}", "Passwords that wait to be hashed.");

    /// <summary>Adds a database.</summary>
    /// <param name="database">Its name.</param>
    /// <param name="length">The number of operations that wait.</param>
    public DatabaseMetrics ObserveDatabase(string database, Func<int> length)
    {
        ImmutableInterlocked.TryAdd(ref _databases, database, length);
        return new DatabaseMetrics(_commitDuration, database);
    }

    public void Connected()
    {
        Interlocked.Increment(ref _connections);
        Interlocked.Increment(ref _accepted);
    }

    public void Disconnected(DisconnectReason reason)
    {
        Interlocked.Decrement(ref _connections);
        _disconnects.Add(reason);
    }

    public void Refused(DisconnectReason reason) => _refusals.Add(reason);

    /// <summary>A login attempt was answered.</summary>
    /// <param name="result">The answer.</param>
    /// <param name="duration">How long it took.</param>
    public void LoggedIn(LoginCode result, TimeSpan duration)
    {
        _logins.Add(result);
        if (_loginDuration.Enabled)
            _loginDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("result", result.ToString()));
    }

    public void LoginRefused(LoginRefusal reason) => _loginRefusals.Add(reason);

    public void Throttled() => Interlocked.Increment(ref _holds);

    /// <summary>A handler has returned or thrown.</summary>
    /// <param name="duration">How long it took.</param>
    /// <param name="kind">The kind of message.</param>
    /// <param name="method">The name of the application's method or event; <see langword="null"/> for other kinds.</param>
    public void Handled(TimeSpan duration, string kind, string? method)
    {
        var tag = new KeyValuePair<string, object?>("kind", kind);
        if (method is null)
            _handlerDuration.Record(duration.TotalSeconds, tag);
        else
            _handlerDuration.Record(duration.TotalSeconds, tag, new KeyValuePair<string, object?>("method", method));
    }

    public void HandlerFailed() => Interlocked.Increment(ref _handlerFailures);

    public void Broadcast(TimeSpan duration) => _broadcastDuration.Record(duration.TotalSeconds);

    /// <summary>Ends the meter, unless a factory owns it.</summary>
    public void Dispose() => Meter.Dispose();

    private IEnumerable<Measurement<int>> MeasureDatabases()
    {
        foreach ((string name, Func<int> length) in _databases)
            yield return new Measurement<int>(length(), new KeyValuePair<string, object?>("database", name));
    }

    private void Level(string name, Func<long> value, string unit, string description) =>
        Meter.CreateObservableUpDownCounter(name, value, unit, description);

    private void Total(string name, Func<long> value, string unit, string description) =>
        Meter.CreateObservableCounter(name, value, unit, description);

    private void Totals(string name, Func<IEnumerable<Measurement<long>>> values, string unit, string description) =>
        Meter.CreateObservableCounter(name, values, unit, description);

    private Histogram<double> Duration(string name, string description) => Meter.CreateHistogram(
        name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Durations });
}
