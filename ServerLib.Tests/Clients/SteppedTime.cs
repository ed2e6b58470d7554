using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace ServerLib.Tests.Clients;

/// <summary>A clock that a test moves. It reports the timers that are set, so that the test knows when to move it.</summary>
internal sealed class SteppedTime : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _set = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        _set.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Waits until a timer is set for a time, then lets that time pass.</summary>
    public async Task PassAsync(TimeSpan dueTime, CancellationToken token)
    {
        while (await _set.Reader.ReadAsync(token) != dueTime)
        {
            // Another timer.
        }

        Advance(dueTime);
    }
}
