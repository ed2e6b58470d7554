using System.Net;
using System.Net.Sockets;
using Moq;
using ServerLib.Tests.EndToEnd;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Server;

/// <summary>Tests a server that is made only of the specification's classes and functions: a ledger, its manager, and Srv.</summary>
[TestClass]
public sealed class SmallServerTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task An_accept_loop_of_an_application_serves_existing_clients()
    {
        using Socket listener = SocketPair.Listen();
        using var stop = new CancellationTokenSource();
        Task serving = ServeAsync(listener, stop.Token);
        var endPoint = (IPEndPoint)listener.LocalEndPoint!;

        using ClassicClient alice = await ClassicClient.JoinAsync(endPoint, "alice", _guard, "secret of one");
        using ClassicClient bob = await ClassicClient.JoinAsync(endPoint, "bob", _guard, "secret of one");
        await alice.SendAsync("hello\n", _guard);
        await bob.SendAsync("hi\n", _guard);
        Assert.AreEqual("alice: hello\n", await bob.ReceiveAsync(_guard));
        Assert.AreEqual("bob: hi\n", await alice.ReceiveAsync(_guard));

        await bob.SendAsync("disconnect\n", _guard);
        Assert.AreEqual("SERVER: bob left", await alice.ReceiveAsync(_guard));
        Assert.IsNull(await bob.ReceiveOrClosedAsync(_guard));
        await stop.CancelAsync();
        await serving;
    }

    private static async Task ServeAsync(Socket listener, CancellationToken stop)
    {
        using var ledger = new ActiveConnectionLedger(listener);
        var database = new Mock<IUserDatabase>();
        database.Setup(d => d.CreateNewUserAsync(It.IsAny<Credentials>(), It.IsAny<CancellationToken>()))
            .Returns((Credentials given, CancellationToken _) => new ValueTask<LoginResult>(LoginResult.Ok(given.Username)));
        try
        {
            while (true)
            {
                foreach (ReadyItem ready in await ledger.Manager.SelectAsync(stop))
                {
                    if (ready.Kind == ReadyKind.Listener)
                    {
                        Connection client = await Srv.AcceptClientAsync(ledger.Manager, cancellationToken: stop);
                        await Srv.ConnectClientAsync(client, ledger, database.Object, cancellationToken: stop);
                    }
                    else if (ready.Connection is { } connection)
                    {
                        await RelayAsync(ledger, connection, stop);
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            foreach (Connection connection in ledger.Connections)
                await connection.DisposeAsync();
        }
    }

    private static async Task RelayAsync(ActiveConnectionLedger ledger, Connection from, CancellationToken stop)
    {
        if (await from.ReceiveAsync(stop) is { } message)
        {
            foreach (Connection to in ledger.Connections.Where(to => to != from))
                await to.TransmitAsync(from.Alias, message.Text, stop);
        }
        else
        {
            ledger.Remove(from);
            foreach (Connection to in ledger.Connections)
                await to.TransmitAsync("SERVER", $"{from.Alias} left", stop);
            await from.DisposeAsync();
        }
    }
}
