using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ServerLib.Server;

namespace ServerLib.Tests.Hosting;

[TestClass]
public sealed class ServerLibServerTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_server_without_a_host_answers_with_a_function()
    {
        using var folder = new TempFolder();
        await using var server = ServerLibServer.Create(b => b
            .OnFreePort(folder.Path)
            .OnMessage((connection, message) => connection.TrySend("echo", message.Body)));
        Assert.IsNull(server.EndPoint);

        await server.StartAsync(_guard);
        await using ServerClient ada = await server.Services.GetRequiredService<ConnectionServer>().ConnectAsync("ada", _guard);
        await ada.SendAsync("hello", _guard);

        Assert.AreEqual("Message echo: hello", $"{await ada.NextAsync(_guard)}");
    }

    [TestMethod]
    public async Task Functions_are_called_when_clients_connect_and_disconnect()
    {
        using var folder = new TempFolder();
        var seen = new List<string>();
        var server = ServerLibServer.Create(b => b
            .OnFreePort(folder.Path)
            .OnConnected((connection, _) => Add($"{connection.Alias} came"))
            .OnMessage((connection, message, _) => Add($"{connection.Alias}: {message.Text}"))
            .OnDisconnected((connection, reason) => Add($"{connection.Alias} left: {reason}")));
        await server.StartAsync(_guard);
        await using ServerClient ada = await server.Services.GetRequiredService<ConnectionServer>().ConnectAsync("ada", _guard);
        await ada.SendAsync("hello", _guard);
        await ada.DisposeAsync();
        await server.DisposeAsync();

        CollectionAssert.AreEqual(new[] { "ada came", "ada: hello", "ada left: ClientLeft" }, seen);

        ValueTask Add(string line)
        {
            seen.Add(line);
            return ValueTask.CompletedTask;
        }
    }

    [TestMethod]
    public async Task Invalid_options_fail_the_start()
    {
        await using var server = ServerLibServer.Create(b => b.Configure(options => options.Port = -1));

        OptionsValidationException e = await Assert.ThrowsExactlyAsync<OptionsValidationException>(() => server.StartAsync(_guard));

        StringAssert.StartsWith(e.Message, "Port: '-1' is not allowed");
    }

    [TestMethod]
    public void A_server_can_be_disposed_synchronously()
    {
        using var folder = new TempFolder();
        using (var server = ServerLibServer.Create(b => b.OnFreePort(folder.Path)))
            server.StartAsync(_guard).GetAwaiter().GetResult();
    }

    [TestMethod]
    public async Task A_handler_that_can_not_be_created_fails_the_start()
    {
        using var folder = new TempFolder();
        await using var server = ServerLibServer.Create(b => b.OnFreePort(folder.Path).AddHandler<NeedsRooms>());

        ServerLibException e = await Assert.ThrowsExactlyAsync<ServerLibException>(() => server.StartAsync(_guard));

        Assert.Contains("The message handler cannot be created: ", e.Message);
        Assert.Contains(nameof(IRooms), e.Message);
        Assert.IsNull(server.EndPoint);
    }

    private interface IRooms;

#pragma warning disable CS9113 // The parameter is only there to be missing.
    private sealed class NeedsRooms(IRooms rooms) : IMessageHandler;
#pragma warning restore CS9113
}
