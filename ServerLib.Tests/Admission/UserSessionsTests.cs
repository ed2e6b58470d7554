using ServerLib.Admission;

namespace ServerLib.Tests.Admission;

[TestClass]
public sealed class UserSessionsTests
{
    [TestMethod]
    public void Each_user_has_his_number_however_his_name_is_written()
    {
        var sessions = new UserSessions(2);
        string? first = sessions.TryBegin("Zoë");
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
        var sessions = new UserSessions(3);
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
}
