using Microsoft.Extensions.Time.Testing;
using ServerLib.Connections;
using ServerLib.RateLimiting;
using ServerLib.Tests.Protocol;

namespace ServerLib.Tests.Connections;

[TestClass]
public sealed class UserSessionsTests
{
    [TestMethod]
    public void Each_user_has_his_number_however_his_name_is_written()
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
    public void What_he_may_say_is_one_for_all_of_his_sessions_and_he_gets_no_more_by_coming_back()
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

        // Nobody is remembered who owes nothing, however often he was here.
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.AreEqual(1, sessions.Users);
    }

    [TestMethod]
    public void Who_has_come_back_is_not_forgotten()
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
