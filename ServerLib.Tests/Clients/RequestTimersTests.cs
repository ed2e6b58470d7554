using Microsoft.Extensions.Time.Testing;
using ServerLib.Clients;

namespace ServerLib.Tests.Clients;

[TestClass]
public sealed class RequestTimersTests
{
    [TestMethod]
    public void A_stopped_timer_is_used_again_and_has_not_expired()
    {
        var timers = new RequestTimers(TimeProvider.System);
        CancellationTokenSource first = timers.Start(TimeSpan.FromHours(1));

        timers.Stop(first);

        using CancellationTokenSource second = timers.Start(TimeSpan.FromHours(1));
        Assert.AreSame(first, second);
        Assert.IsFalse(second.IsCancellationRequested);
    }

    [TestMethod]
    public void Timers_that_run_at_the_same_time_are_different()
    {
        var timers = new RequestTimers(TimeProvider.System);

        using CancellationTokenSource first = timers.Start(TimeSpan.FromHours(1));
        using CancellationTokenSource second = timers.Start(TimeSpan.FromHours(1));

        Assert.AreNotSame(first, second);
    }

    [TestMethod]
    public void An_expired_timer_is_not_used_again()
    {
        var time = new FakeTimeProvider();
        var timers = new RequestTimers(time);
        CancellationTokenSource first = timers.Start(TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.IsTrue(first.IsCancellationRequested);

        timers.Stop(first);

        using CancellationTokenSource second = timers.Start(TimeSpan.FromSeconds(1));
        Assert.IsFalse(second.IsCancellationRequested);
    }
}
