using System.Net.Sockets;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Connections;

[TestClass]
public sealed class ConnectionMultiplexorTests
{
    [TestMethod]
    public async Task SelectAsync_yields_the_listener_until_the_client_is_accepted()
    {
        using Socket listener = SocketPair.Listen();
        using var manager = new ConnectionMultiplexor(listener, TextReader.Null);
        ValueTask<IReadOnlyList<ReadyItem>> selecting = manager.SelectAsync(Guard.NewToken());
        Assert.IsFalse(selecting.IsCompleted);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!);

        Assert.AreEqual(new ReadyItem(ReadyKind.Listener), (await selecting).Single());
        await using Connection accepted = await Srv.AcceptClientAsync(manager, cancellationToken: Guard.NewToken());
        Assert.AreEqual(client.LocalEndPoint, accepted.RemoteEndPoint);
    }

    [TestMethod]
    public async Task SelectAsync_yields_each_console_line_and_not_its_end()
    {
        using var manager = new ConnectionMultiplexor(null, new StringReader("users\nstatus\n"));

        Assert.AreEqual("users", (await manager.SelectAsync(Guard.NewToken())).Single().ConsoleLine);
        Assert.AreEqual("status", (await manager.SelectAsync(Guard.NewToken())).Single().ConsoleLine);
        using var impatience = new CancellationTokenSource();
        ValueTask<IReadOnlyList<ReadyItem>> selecting = manager.SelectAsync(impatience.Token);
        await impatience.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(selecting.AsTask);
    }

    [TestMethod]
    public void Add_and_Remove_say_whether_something_changed()
    {
        using var manager = new ConnectionMultiplexor(null, TextReader.Null);
        Connection connection = new MemoryConnection().Connection;

        Assert.IsFalse(manager.Remove(connection));
        Assert.IsTrue(manager.Add(connection));
        Assert.IsFalse(manager.Add(connection));
        Assert.IsTrue(manager.Remove(connection));
    }

    [TestMethod]
    public async Task SelectAsync_yields_a_connection_that_is_added_while_it_waits()
    {
        using var manager = new ConnectionMultiplexor(null, TextReader.Null);
        ValueTask<IReadOnlyList<ReadyItem>> selecting = manager.SelectAsync(Guard.NewToken());
        await using Connection connection = new MemoryConnection().Connection;
        manager.Add(connection);
        connection.End(DisconnectReason.Kicked);

        Assert.AreEqual(new ReadyItem(ReadyKind.Connection, connection), (await selecting).Single());
    }

    [TestMethod]
    public async Task Accepting_without_a_listening_socket_says_so()
    {
        using var manager = new ConnectionMultiplexor(null, TextReader.Null);
        await Assert.ThrowsExactlyAsync<ServerLibException>(async () => await Srv.AcceptClientAsync(manager));
    }
}
