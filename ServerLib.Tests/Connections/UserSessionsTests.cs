using Microsoft.Extensions.Time.Testing;
using ServerLib.Connections;
using ServerLib.RateLimiting;
using ServerLib.Tests.Protocol;

namespace ServerLib.Tests.Connections;

[TestClass]
public sealed class UserSessionsTests
{
    [TestMethod]
    public void Each_user_has_one_number_however_the_name_is_written()
    {
        var sessions = new UserSessions(2, TimeProvider.System);
        UserSession? first = sessions.TryBegin("Zoë");
        Assert.IsNotNull(first);
        Assert.IsNotNull(sessions.TryBegin("ZOË"));
        Assert.IsNull(sessions.TryBegin("zoë"));
        Assert.IsNotNull(sessions.TryBegin("alice"));
        sessions.End(first);
        Assert.IsNotNull(sessions.TryBegin("Zoë"));
        Assert.IsNull(sessions.TryBegin("Zoë"));
    }

    [TestMethod]
    public void From_many_threads_nobody_is_in_too_often_and_nothing_is_left()
    {
        var sessions = new UserSessions(3, TimeProvider.System);
        int[] inside = new int[4];
        Parallel.For(0, 20_000, i =>
        {
            int user = i % inside.Length;
            if (sessions.TryBegin($"user{user}") is not { } session)
                return;
            Assert.IsLessThanOrEqualTo(3, Interlocked.Increment(ref inside[user]));
            Interlocked.Decrement(ref inside[user]);
            sessions.End(session);
        });

        Assert.AreEqual(0, sessions.Users);
    }

    [TestMethod]
    public void All_sessions_of_a_user_share_one_rate_limit_across_reconnects()
    {
        var time = new FakeTimeProvider();
        var rate = RateLimit.PerSecond(1, 5, time.TimestampFrequency);
        var sessions = new UserSessions(2, time);
        UserSession first = sessions.TryBegin("alice")!;
        Assert.AreSame(first.Frames, sessions.TryBegin("Alice")!.Frames);
        Assert.AreNotSame(first.Frames, sessions.TryBegin("bob")!.Frames);

        first.Frames.Take(5, rate, time.GetTimestamp());
        sessions.End(first);
        sessions.End(first);
        UserSession again = sessions.TryBegin("alice")!;
        Assert.AreSame(first.Frames, again.Frames);
        sessions.End(again);
        Assert.AreEqual(2, sessions.Users);

        // A user without debt is not remembered.
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.AreEqual(1, sessions.Users);
    }

    [TestMethod]
    public void A_returning_user_keeps_the_rate_limiter()
    {
        var time = new FakeTimeProvider();
        var sessions = new UserSessions(1, time);
        UserSession session = sessions.TryBegin("alice")!;
        session.Frames.Take(5, RateLimit.PerSecond(1, 5, time.TimestampFrequency), time.GetTimestamp());
        sessions.End(session);
        Assert.IsNotNull(sessions.TryBegin("alice"));
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.IsNull(sessions.TryBegin("alice"));
        sessions.End(session);
        Assert.AreEqual(0, sessions.Users);
    }
}
