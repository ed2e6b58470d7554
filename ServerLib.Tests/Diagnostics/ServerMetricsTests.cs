using System.Diagnostics.Metrics;
using ServerLib.Diagnostics;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.Diagnostics;

[TestClass]
public sealed class ServerMetricsTests
{
    [TestMethod]
    public void Events_are_counted_under_the_documented_names()
    {
        using var metrics = new ServerMetrics();
        using var measured = new Measured(metrics);
        metrics.Connected();
        metrics.Disconnected(DisconnectReason.SlowReader);
        metrics.LoggedIn(LoginCode.Failure, TimeSpan.FromSeconds(2));
        metrics.LoginRefused(LoginRefusal.TooManySessions);
        metrics.Messages.CountReceived(3, 40);
        metrics.HandlerFailed();

        Assert.AreEqual((3.0, 40.0), (measured["serverlib.messages.received"], measured["serverlib.bytes.received"]));
        Assert.AreEqual(1, measured["serverlib.handler.failures"]);
        Assert.AreEqual((0.0, 1.0), (measured["serverlib.connections"], measured["serverlib.connections.accepted"]));
        Assert.AreEqual(2, measured["serverlib.login.duration result=Failure"]);
        CollectionAssert.IsSubsetOf(
            new[] { "serverlib.disconnects reason=SlowReader", "serverlib.logins result=Failure", "serverlib.logins.refused reason=TooManySessions" },
            measured.All.ToArray());
    }

    [TestMethod]
    public void Metrics_of_two_servers_have_their_names_as_tags()
    {
        var counted = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name is "serverlib.connections" or "serverlib.messages.held_back"
                    && instrument.Meter.Tags?.Any(tag => (string?)tag.Value is "first of two" or "second of two") == true)
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
            counted.Add($"{instrument.Meter.Name} {instrument.Meter.Tags!.Single().Value} {instrument.Name} {value}"));
        listener.Start();
        using ServerMetrics first = new(server: "first of two"), second = new(server: "second of two");
        first.Connected();
        second.Throttled();
        listener.RecordObservableInstruments();

        CollectionAssert.AreEquivalent(
            new[]
            {
                "ServerLib first of two serverlib.connections 1",
                "ServerLib first of two serverlib.messages.held_back 0",
                "ServerLib second of two serverlib.connections 0",
                "ServerLib second of two serverlib.messages.held_back 1",
            },
            counted);
    }

    [TestMethod]
    public void A_listener_that_attaches_late_sees_the_number_of_connections()
    {
        using var metrics = new ServerMetrics(server: "late listener");
        metrics.Connected();
        metrics.Connected();
        var seen = new List<long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "serverlib.connections" && instrument.Meter.Tags?.Single().Value is "late listener")
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => seen.Add(value));
        listener.Start();
        metrics.Disconnected(DisconnectReason.EndOfStream);
        listener.RecordObservableInstruments();

        Assert.AreEqual(1, seen.Single());
    }

    [TestMethod]
    public void A_gauge_shows_the_days_until_the_certificate_expires()
    {
        var shown = new List<double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "serverlib.certificate.days_left" && instrument.Meter.Tags?.Single().Value is "expiring")
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, days, _, _) => shown.Add(days));
        listener.Start();
        using var metrics = new ServerMetrics(server: "expiring");
        metrics.ObserveCertificate(() => 59.5);
        listener.RecordObservableInstruments();

        Assert.AreEqual(59.5, shown.Single());
    }
}
