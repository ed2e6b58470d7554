using System.Diagnostics.Metrics;

namespace ServerLib.Diagnostics;

/// <summary>The metrics of one server: the meter <c>ServerLib</c>, for <c>dotnet-counters</c>, OpenTelemetry and the like.</summary>
internal sealed class ServerMetrics : IDisposable
{
    private const string MeterName = "ServerLib";

    private readonly Meter _meter;
    private readonly Counter<long> _logins;
    private readonly Counter<long> _disconnects;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _messages;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _handlerFailures;
    private readonly Counter<long> _holds;
    private long _connections;

    /// <summary>Creates the instruments.</summary>
    /// <param name="factory">Creates the meter. Without one, the meter ends with this object.</param>
    /// <param name="server">The server's name, which the meter has as the tag <c>server</c>; empty for the only one.</param>
    /// <param name="certificateDaysLeft">The days until the TLS certificate expires; <see langword="null"/> without TLS.</param>
    /// <param name="problems">The server's problems.</param>
    public ServerMetrics(
        IMeterFactory? factory = null, string server = "", Func<double>? certificateDaysLeft = null, ServerProblems? problems = null)
    {
        var options = new MeterOptions(MeterName) { Tags = server.Length > 0 ? [new("server", server)] : null };
        _meter = factory?.Create(options) ?? new Meter(options);

        // Observable, so that a listener that attaches late sees the number, and not only its changes.
        _meter.CreateObservableUpDownCounter("serverlib.connections", () => Interlocked.Read(ref _connections), "{connection}", "Open connections.");
        _logins = _meter.CreateCounter<long>("serverlib.logins", "{attempt}", "Login attempts, by result.");
        _disconnects = _meter.CreateCounter<long>("serverlib.disconnects", "{connection}", "Connections that have ended, by reason.");
        _refusals = _meter.CreateCounter<long>("serverlib.connections.refused", "{connection}", "Connections closed at accept, by reason.");
        _messages = _meter.CreateCounter<long>("serverlib.messages.received", "{message}", "Messages from clients.");
        _bytes = _meter.CreateCounter<long>("serverlib.bytes.received", "By", "Bytes in the bodies of messages from clients.");
        _handlerFailures = _meter.CreateCounter<long>("serverlib.handler.failures", "{call}", "Exceptions thrown by message handlers.");
        _holds = _meter.CreateCounter<long>(
            "serverlib.messages.held_back", "{hold}", "Times that the server stopped reading from a client that exceeded its message rate.");
        if (problems is not null)
            _meter.CreateObservableUpDownCounter(
                "serverlib.problems", () => (long)problems.Current.Count, "{problem}", "What an admin has to repair.");
        if (certificateDaysLeft is not null)
            _meter.CreateObservableGauge("serverlib.certificate.days_left", certificateDaysLeft, "d", "Days until the TLS certificate expires.");
    }

    /// <summary>Counts what the history of the server's traffic shows.</summary>
    public TrafficCounters Traffic { get; } = new();

    public void Connected() => Interlocked.Increment(ref _connections);

    public void Disconnected(DisconnectReason reason)
    {
        Interlocked.Decrement(ref _connections);
        _disconnects.Add(1, new KeyValuePair<string, object?>("reason", reason));
    }

    public void Refused(DisconnectReason reason)
    {
        Traffic.Refused(reason);
        _refusals.Add(1, new KeyValuePair<string, object?>("reason", reason));
    }

    public void LoggedIn(LoginCode result)
    {
        Traffic.LoggedIn(result);
        _logins.Add(1, new KeyValuePair<string, object?>("result", result));
    }

    public void Received(int messages, int bytes)
    {
        _messages.Add(messages);
        _bytes.Add(bytes);
    }

    public void Throttled() => _holds.Add(1);

    public void HandlerFailed() => _handlerFailures.Add(1);

    /// <summary>Ends the meter, unless a factory owns it.</summary>
    public void Dispose() => _meter.Dispose();
}
