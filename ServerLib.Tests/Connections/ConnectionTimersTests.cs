namespace ServerLib.Tests.Connections;

[TestClass]
public sealed class ConnectionTimersTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(-1)]
    public async Task The_grace_time_does_not_depend_on_the_clock(int days)
    {
        var time = new SettableTime();
        RecordedConnection alice = await RecordedConnection.CompactAsync("alice", time: time);
        using Connection connection = alice.Connection;
        time.Offset = TimeSpan.FromDays(days);
        time.Advance(TimeSpan.FromSeconds(5));
        using ITimer grace = connection.Timers.EndAfter(TimeSpan.FromSeconds(20), DisconnectReason.LoginTimeout);
        time.Advance(TimeSpan.FromSeconds(14));
        Assert.AreEqual(DisconnectReason.None, connection.Reason);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.AreEqual(DisconnectReason.LoginTimeout, connection.Reason);
    }
}
