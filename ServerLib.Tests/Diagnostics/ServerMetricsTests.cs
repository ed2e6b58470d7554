using ServerLib.Diagnostics;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.Diagnostics;

[TestClass]
public sealed class ServerMetricsTests
{
    [TestMethod]
    public void What_happens_is_counted_under_the_names_that_are_documented()
    {
        using var measured = new Measured();
        ServerMetrics.Connected();
        ServerMetrics.Connected();
        ServerMetrics.Disconnected(DisconnectReason.SlowReader);
        ServerMetrics.LoggedIn(LoginCode.Failure);
        ServerMetrics.Received(3, 40);
        ServerMetrics.HandlerFailed();

        Assert.AreEqual(1, measured["serverlib.connections"]);
        Assert.AreEqual((3, 40), (measured["serverlib.messages.received"], measured["serverlib.bytes.received"]));
        Assert.AreEqual(1, measured["serverlib.handler.failures"]);
        CollectionAssert.AreEquivalent(
            new[] { "serverlib.disconnects reason=SlowReader", "serverlib.logins result=Failure" }, measured.Tags.ToArray());
    }
}
