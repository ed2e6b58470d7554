using ServerLib.Connections;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Connections;

[TestClass]
public sealed class MemberSetTests
{
    private readonly MemberSet _set = new();

    [TestMethod]
    public void A_member_is_there_once()
    {
        Connection connection = NewConnection();

        Assert.IsTrue(_set.Add(connection));
        Assert.IsFalse(_set.Add(connection));
        Assert.IsTrue(_set.Contains(connection));
        Assert.AreEqual((1, 1), (_set.Count, _set.Slots.Count(member => member is not null)));
        Assert.IsTrue(_set.Remove(connection));
        Assert.IsFalse(_set.Remove(connection));
        Assert.AreEqual((0, 0), (_set.Count, _set.Slots.Count(member => member is not null)));
    }

    [TestMethod]
    public void Slots_are_used_again()
    {
        Connection[] connections = [.. Enumerable.Range(0, 100).Select(_ => NewConnection())];
        for (int round = 0; round < 3; round++)
        {
            foreach (Connection connection in connections)
                _set.Add(connection);
            CollectionAssert.AreEquivalent(connections, _set.Slots.OfType<Connection>().ToArray());
            foreach (Connection connection in connections)
                _set.Remove(connection);
        }

        Assert.HasCount(128, _set.Slots);
    }

    [TestMethod]
    public async Task Classic_members_are_counted()
    {
        using var key = ClientKeys.Next();
        Connection classic = (await RecordedConnection.ClassicAsync("bob", key)).Connection;
        _set.Add((await RecordedConnection.CompactAsync("alice")).Connection);
        Assert.AreEqual(0, _set.ClassicCount);
        _set.Add(classic);
        _set.Add(classic);
        Assert.AreEqual(1, _set.ClassicCount);
        _set.Remove(classic);
        Assert.AreEqual(0, _set.ClassicCount);
    }

    [TestMethod]
    public async Task An_enumeration_returns_each_lasting_member_exactly_once()
    {
        Connection[] staying = [.. Enumerable.Range(0, 50).Select(_ => NewConnection())];
        foreach (Connection connection in staying)
            _set.Add(connection);
        using var done = new CancellationTokenSource();
        Task[] changing = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() => ComeAndGo(done.Token)))];

        for (int round = 0; round < 2_000; round++)
        {
            Connection[] seen = [.. _set.Slots.OfType<Connection>()];
            Assert.HasCount(50, seen.Intersect(staying).ToArray());
            Assert.AreEqual(50, seen.Count(staying.Contains));
        }

        await done.CancelAsync();
        await Task.WhenAll(changing);
        Assert.AreEqual(50, _set.Count);
    }

    [TestMethod]
    public async Task Nobody_is_missed_while_the_set_grows()
    {
        Connection[] newcomers = [.. Enumerable.Range(0, 2_000).Select(_ => NewConnection())];
        for (int round = 0; round < 50; round++)
        {
            var set = new MemberSet();
            set.Add(newcomers[0]);
            Task growing = Task.Run(() =>
            {
                foreach (Connection connection in newcomers)
                    set.Add(connection);
            });
            while (!growing.IsCompleted)
                Assert.AreSame(newcomers[0], set.Slots[0]);
            await growing;
            Assert.HasCount(newcomers.Length, set.Slots.OfType<Connection>().ToArray());
        }
    }

    private void ComeAndGo(CancellationToken done)
    {
        Connection[] others = [.. Enumerable.Range(0, 40).Select(_ => NewConnection())];
        while (!done.IsCancellationRequested)
        {
            foreach (Connection connection in others)
                Assert.IsTrue(_set.Add(connection));
            foreach (Connection connection in others)
                Assert.IsTrue(_set.Remove(connection));
        }
    }

    private static Connection NewConnection() => new MemoryConnection().Connection;
}
