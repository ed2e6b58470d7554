namespace ServerLib.Tests.Samples;

[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows, IgnoreMessage = "The server is stopped with SIGTERM.")]
public sealed class ChatRoomTests : IDisposable
{
    private readonly CancellationToken _token = Guard.NewToken();
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task A_client_of_the_chat_gets_the_last_20_messages_when_it_joins()
    {
        await using ProgramProcess server = await StartServerAsync();
        await using ProgramProcess ada = await StartClientAsync(server, "ada");
        for (int number = 1; number <= 21; number++)
            await ada.SendLineAsync($"message {number}", _token);
        await ada.SendLineAsync("/who", _token);
        await ada.WaitForLineAsync("In lobby: ada", _token);

        await using ProgramProcess bob = await StartClientAsync(server, "bob");
        await ada.WaitForLineAsync("[lobby] bob has joined.", _token);
        await ada.SendLineAsync("Hello bob!", _token);
        await bob.WaitForLineAsync("[lobby] ada: Hello bob!", _token);

        CollectionAssert.AreEqual(
            Enumerable.Range(2, 20).Select(number => $"(earlier) ada: message {number}").ToArray(),
            bob.Transcript.Split('\n').Where(line => line.StartsWith("(earlier)", StringComparison.Ordinal)).ToArray());
        Assert.AreEqual(0, await EndAsync(bob), bob.Transcript);
        await ada.WaitForLineAsync("[lobby] bob has left.", _token);
        Assert.AreEqual(0, await EndAsync(ada), ada.Transcript);
        Assert.AreEqual(0, await server.StopAsync(_token), server.Transcript);
    }

    [TestMethod]
    public async Task Only_members_of_a_room_of_the_chat_can_send_to_it()
    {
        await using ProgramProcess server = await StartServerAsync();
        await using ProgramProcess ada = await StartClientAsync(server, "ada");

        await ada.SendLineAsync("/join kitchen", _token);
        await ada.WaitForLineAsync("can't be joined", _token);
        await ada.SendLineAsync("/leave", _token);
        await ada.SendLineAsync("Is anyone here?", _token);
        await ada.WaitForLineAsync("You are not in this room.", _token);
        await ada.SendLineAsync("/join books", _token);
        await ada.SendLineAsync("/who", _token);
        await ada.WaitForLineAsync("In books: ada", _token);
    }

    private Task<ProgramProcess> StartServerAsync() => SampleProcess.StartServerAsync("ChatRoom/Server", _folder, _token);

    private async Task<ProgramProcess> StartClientAsync(ProgramProcess server, string name)
    {
        ProgramProcess client = SampleProcess.Start("ChatRoom/Client", _folder, name, $"{server.EndPoint}");
        await client.SendLineAsync("correct horse", _token);
        await client.WaitForLineAsync("The rooms are lobby, books, music.", _token);
        return client;
    }

    private async Task<int> EndAsync(ProgramProcess client)
    {
        await client.SendLineAsync("", _token);
        return await client.WaitForExitAsync(_token);
    }
}
