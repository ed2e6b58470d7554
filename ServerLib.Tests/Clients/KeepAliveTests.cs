using Microsoft.Extensions.Time.Testing;
using ServerLib.Clients;

namespace ServerLib.Tests.Clients;

[TestClass]
public sealed class KeepAliveTests
{
    [TestMethod]
    public void A_client_that_does_not_receive_pings_and_is_not_lost()
    {
        var time = new FakeTimeProvider();
        var options = new ServerClientOptions { TimeProvider = time };
        bool isPaused = true;
        int pings = 0, losses = 0;
        using var keepAlive = new KeepAlive(
            options,
            () => isPaused,
            () =>
            {
                pings++;
                return ValueTask.CompletedTask;
            },
            () => losses++);
        for (int i = 1; i <= 4; i++)
        {
            time.Advance(options.KeepAlive);
            Assert.AreEqual((i, 0), (pings, losses));
        }

        isPaused = false;
        time.Advance(options.KeepAlive);
        Assert.AreEqual((5, 0), (pings, losses));
        time.Advance(options.KeepAlive);
        Assert.AreEqual((5, 1), (pings, losses));
    }
}
