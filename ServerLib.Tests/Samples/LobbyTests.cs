namespace ServerLib.Tests.Samples;

[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows, IgnoreMessage = "The server is stopped with SIGTERM.")]
public sealed class LobbyTests : IDisposable
{
    private readonly CancellationToken _token = Guard.NewToken();
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task Players_of_the_lobby_play_a_round_when_their_room_is_full()
    {
        await using ProgramProcess server = await StartServerAsync();
        await using ProgramProcess ada = await StartClientAsync(server, "ada");
        await using ProgramProcess bob = await StartClientAsync(server, "bob");

        await ada.SendLineAsync("create quiz 2", _token);
        await ada.WaitForLineAsync("quiz (1 of 2): ada", _token);
        await bob.SendLineAsync("list", _token);
        await bob.WaitForLineAsync("quiz (1 of 2): ada", _token);
        await bob.SendLineAsync("join quiz", _token);
        await ada.WaitForLineAsync("bob has joined quiz.", _token);
        await ada.SendLineAsync("buzz", _token);
        await ada.WaitForLineAsync("That was too early or too late.", _token);
        foreach (ProgramProcess player in new[] { ada, bob })
            await player.WaitForLineAsync("Buzz!", _token);
        await bob.SendLineAsync("buzz", _token);
        await ada.WaitForLineAsync("bob has won.", _token);
        await bob.WaitForLineAsync("You win!", _token);
        await ada.WaitForLineAsync("3 ...", _token);
        await bob.SendLineAsync("", _token);
        await ada.WaitForLineAsync("bob has left quiz.", _token);

        Assert.AreEqual(0, await bob.WaitForExitAsync(_token), bob.Transcript);
        Assert.AreEqual(0, await server.StopAsync(_token), server.Transcript);
    }

    [TestMethod]
    public async Task Only_an_admin_can_close_a_room_of_the_lobby()
    {
        await using ProgramProcess server = await StartServerAsync();
        await using ProgramProcess ada = await StartClientAsync(server, "ada");
        await using ProgramProcess admin = await StartClientAsync(server, "admin");

        await ada.SendLineAsync("create quiz 2", _token);
        await ada.WaitForLineAsync("quiz (1 of 2): ada", _token);
        await ada.SendLineAsync("close quiz", _token);
        await ada.WaitForLineAsync("role", _token);
        await admin.SendLineAsync("close quiz", _token);
        await ada.WaitForLineAsync("ada has left quiz.", _token);
        await ada.SendLineAsync("join quiz", _token);
        await ada.WaitForLineAsync("There is no room with this name.", _token);
    }

    private Task<ProgramProcess> StartServerAsync() =>
        SampleProcess.StartServerAsync("Lobby/Server", _folder, _token, "--AdminPassword", "correct horse");

    private async Task<ProgramProcess> StartClientAsync(ProgramProcess server, string name)
    {
        ProgramProcess client = SampleProcess.Start("Lobby/Client", _folder, name, $"{server.EndPoint}");
        await client.SendLineAsync("correct horse", _token);
        await client.WaitForLineAsync("Welcome to the lobby.", _token);
        return client;
    }
}
