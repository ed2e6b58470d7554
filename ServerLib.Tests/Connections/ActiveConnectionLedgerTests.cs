using System.Security.Cryptography;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Connections;

[TestClass]
public sealed class ActiveConnectionLedgerTests
{
    [TestMethod]
    public async Task Add_makes_a_connection_found_by_number_socket_and_name()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        var connection = new Connection(pair.Server);
        connection.UpdateAlias("Zoë");
        using var ledger = new ActiveConnectionLedger();
        ledger.Add(connection);

        Assert.AreEqual(1, ledger.Count);
        Assert.AreSame(connection, ledger.Database.UserSet[connection.Id]);
        Assert.AreSame(connection, ledger.Database.Find(pair.Server));
        Assert.AreSame(connection, ledger.Find("ZOE\u0308").Single());
        CollectionAssert.Contains(ledger.Manager.FdSet.ToArray(), pair.Server);
        Assert.ThrowsExactly<ServerLibException>(() => ledger.Add(connection));
        Assert.AreEqual(1, ledger.Count);
    }

    [TestMethod]
    public async Task Remove_by_socket_takes_it_off_everywhere_once()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        var connection = new Connection(pair.Server);
        connection.UpdateAlias("bob");
        using var ledger = new ActiveConnectionLedger();
        Assert.IsEmpty(ledger.Manager.FdSet);
        ledger.Add(connection);
        connection.UpdateAlias("robert");

        Assert.IsTrue(ledger.Remove(pair.Server));
        Assert.IsFalse(ledger.Remove(pair.Server));
        Assert.IsFalse(ledger.Remove(connection));
        Assert.AreEqual((0, 0, 0, 0), (ledger.Count, ledger.Connections.Count(), ledger.Find("bob").Count, ledger.Manager.FdSet.Count));
    }

    [TestMethod]
    public void A_user_may_be_connected_several_times()
    {
        using var ledger = new ActiveConnectionLedger();
        Connection[] connections = [.. Enumerable.Range(0, 3).Select(_ => Named("bob"))];
        foreach (Connection connection in connections)
            ledger.Add(connection);

        CollectionAssert.AreEquivalent(connections, ledger.Find("Bob").ToArray());
        ledger.Remove(connections[1]);
        CollectionAssert.AreEquivalent(new[] { connections[0], connections[2] }, ledger.Find("bob").ToArray());
    }

    [TestMethod]
    public async Task UpdateKey_notes_the_key_of_a_connection_that_is_on_the_ledger()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using RSA key = RSA.Create(2048);
        var connection = new Connection(pair.Server);
        using var ledger = new ActiveConnectionLedger();

        Assert.ThrowsExactly<ServerLibException>(() => ledger.UpdateKey(connection, key));
        Assert.ThrowsExactly<ServerLibException>(() => ledger.UpdateKey(pair.Server, key));
        connection.UpdateAlias("bob");
        ledger.Add(connection);
        ledger.UpdateKey(pair.Server, key);
        Assert.AreSame(key, connection.Client.PublicKey);
        Assert.AreEqual("bob", connection.Alias);
    }

    [TestMethod]
    public void Purge_takes_everyone_off_and_leaves_the_connections_open()
    {
        using var ledger = new ActiveConnectionLedger();
        Connection connection = Named("bob");
        ledger.Add(connection);
        ledger.Add(Named("eve"));
        ledger.Purge();

        Assert.AreEqual((0, 0), (ledger.Count, ledger.Database.UserCount));
        Assert.AreEqual(DisconnectReason.None, connection.Reason);
        ledger.Add(connection);
        Assert.AreEqual(1, ledger.Count);
    }

    [TestMethod]
    public void Many_threads_add_remove_and_enumerate_at_once()
    {
        using var ledger = new ActiveConnectionLedger();
        Parallel.For(0, 400, i =>
        {
            Connection connection = Named($"user{i % 7}");
            ledger.Add(connection);
            Assert.IsTrue(ledger.Connections.Contains(connection));
            if (i % 2 == 0)
                Assert.IsTrue(ledger.Remove(connection));
        });

        Assert.AreEqual(200, ledger.Count);
        Assert.AreEqual(200, Enumerable.Range(0, 7).Sum(i => ledger.Find($"user{i}").Count));
    }

    private static Connection Named(string alias)
    {
        Connection connection = new MemoryConnection().Connection;
        connection.UpdateAlias(alias);
        return connection;
    }
}
