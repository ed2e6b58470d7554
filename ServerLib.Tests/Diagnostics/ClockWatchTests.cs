using Microsoft.Extensions.Time.Testing;
using ServerLib.Diagnostics;

namespace ServerLib.Tests.Diagnostics;

[TestClass]
public sealed class ClockWatchTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [TestMethod]
    public void A_clock_is_trusted_after_it_has_run_for_the_duration()
    {
        var time = new FakeTimeProvider();
        var clock = new ClockWatch(time);
        Assert.IsFalse(clock.HasRunFor(Day));
        time.Advance(Day);
        Assert.IsTrue(clock.HasRunFor(Day));
        Assert.IsFalse(clock.HasRunFor(2 * Day));
    }

    [TestMethod]
    [DataRow(30)]
    [DataRow(-30)]
    public void A_clock_that_was_set_is_trusted_again_after_the_duration(int days)
    {
        var time = new SettableTime();
        var clock = new ClockWatch(time);
        time.Advance(Day);
        time.Offset = days * Day;
        Assert.IsFalse(clock.HasRunFor(Day));
        time.Advance(Day - TimeSpan.FromTicks(1));
        Assert.IsFalse(clock.HasRunFor(Day));
        time.Advance(TimeSpan.FromTicks(1));
        Assert.IsTrue(clock.HasRunFor(Day));
    }

    /// <summary>A clock that somebody sets.</summary>
    private sealed class SettableTime() : FakeTimeProvider(new DateTimeOffset(2026, 3, 4, 0, 0, 0, TimeSpan.Zero))
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;

        public override long GetTimestamp() => base.GetUtcNow().UtcTicks;
    }
}
