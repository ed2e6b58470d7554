using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ServerLib.RateLimiting;

namespace ServerLib.Diagnostics;

/// <summary>The figures of the meter <c>ServerLib</c>, for <c>dotnet-counters</c>, OpenTelemetry and the like.</summary>
internal static class ServerMetrics
{
    private static readonly Meter Meter = new("ServerLib");

    private static readonly UpDownCounter<long> Connections =
        Meter.CreateUpDownCounter<long>("serverlib.connections", "{connection}", "Connections that are open.");

    private static readonly Counter<long> Logins =
        Meter.CreateCounter<long>("serverlib.logins", "{attempt}", "Attempts to log in, by result.");

    private static readonly Counter<long> Disconnects =
        Meter.CreateCounter<long>("serverlib.disconnects", "{connection}", "Connections that have ended, by reason.");

    private static readonly Counter<long> Refusals =
        Meter.CreateCounter<long>("serverlib.connections.refused", "{connection}", "Connections that were closed at accept, by reason.");

    private static readonly Counter<long> Messages =
        Meter.CreateCounter<long>("serverlib.messages.received", "{message}", "Messages that clients have sent.");

    private static readonly Counter<long> Bytes =
        Meter.CreateCounter<long>("serverlib.bytes.received", "By", "Bytes in the bodies of messages that clients have sent.");

    private static readonly Counter<long> HandlerFailures =
        Meter.CreateCounter<long>("serverlib.handler.failures", "{call}", "Exceptions that left a message handler.");

    private static readonly Counter<long> Holds =
        Meter.CreateCounter<long>("serverlib.messages.held_back", "{hold}", "How often a client was not read from because it said too much.");

    private static readonly ConcurrentDictionary<object, Func<double>> Certificates = [];

    static ServerMetrics() => Meter.CreateObservableGauge(
        "serverlib.certificate.days_left",
        static () => Certificates.Values.Select(daysLeft => new Measurement<double>(daysLeft())),
        "d",
        "Days until the TLS certificate ends.");

    /// <summary>From now on shows for how many days a certificate is good.</summary>
    public static void Watch(object certificate, Func<double> daysLeft) => Certificates[certificate] = daysLeft;

    /// <summary>The certificate is in use no longer.</summary>
    public static void Unwatch(object certificate) => Certificates.TryRemove(certificate, out _);

    public static void Connected() => Connections.Add(1);

    public static void Disconnected(DisconnectReason reason)
    {
        Connections.Add(-1);
        Disconnects.Add(1, new KeyValuePair<string, object?>("reason", reason));
    }

    public static void Refused(DisconnectReason reason) => Refusals.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public static void LoggedIn(Enum result) => Logins.Add(1, new KeyValuePair<string, object?>("result", result));

    public static void Received(int messages, int bytes)
    {
        Messages.Add(messages);
        Bytes.Add(bytes);
    }

    public static void HeldBack() => Holds.Add(1);

    public static void HandlerFailed() => HandlerFailures.Add(1);
}
