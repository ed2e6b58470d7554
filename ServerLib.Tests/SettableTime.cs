using Microsoft.Extensions.Time.Testing;

namespace ServerLib.Tests;

/// <summary>A clock that is set while it runs.</summary>
internal sealed class SettableTime : FakeTimeProvider
{
    public TimeSpan Offset { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}
