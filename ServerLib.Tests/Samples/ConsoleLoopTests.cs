using System.Net;
using System.Net.Sockets;

namespace ServerLib.Tests.Samples;

[TestClass]
public sealed class ConsoleLoopTests : IDisposable
{
    private readonly CancellationToken _token = Guard.NewToken();
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task Clients_of_the_console_loop_chat_until_it_shuts_down()
    {
        await using ProgramProcess server = SampleProcess.Start("ConsoleLoop/Server", _folder, "0");
        string endPoint = (await server.WaitForLineAsync("Listening on ", _token)).Split("Listening on ")[1];

        await using ProgramProcess ada = await JoinAsync("ada", endPoint);
        await using ProgramProcess grace = await JoinAsync("grace", endPoint);
        await ada.WaitForLineAsync("grace has joined.", _token);
        await ada.SendLineAsync("hello", _token);
        await grace.WaitForLineAsync("ada: hello", _token);
        await grace.SendLineAsync("disconnect", _token);
        Assert.AreEqual(0, await grace.WaitForExitAsync(_token), grace.Transcript);
        await ada.WaitForLineAsync("grace has left.", _token);

        await server.SendLineAsync("audit", _token);
        await server.SendLineAsync("shutdown", _token);
        await ada.WaitForLineAsync("SERVER: [ ALERT ] Server shutting down...", _token);
        Assert.AreEqual(0, await server.WaitForExitAsync(_token), server.Transcript);
        StringAssert.Contains(await File.ReadAllTextAsync(_folder.File("database_audit.txt"), _token), "\"grace\"");
        StringAssert.Contains(await File.ReadAllTextAsync(_folder.File("output.txt"), _token), "client grace is disconnecting.");
    }

    [TestMethod]
    public async Task A_client_that_does_not_log_in_does_not_delay_the_console_loop()
    {
        await using ProgramProcess server = SampleProcess.Start("ConsoleLoop/Server", _folder, "0");
        string endPoint = (await server.WaitForLineAsync("Listening on ", _token)).Split("Listening on ")[1];
        using var silent = new TcpClient(AddressFamily.InterNetwork);
        await silent.ConnectAsync(IPEndPoint.Parse(endPoint), _token);
        await server.WaitForLineAsync($"accepting new connection @{silent.Client.LocalEndPoint}", _token);

        await using ProgramProcess ada = await JoinAsync("ada", endPoint);
        await server.SendLineAsync("shutdown", _token);
        Assert.AreEqual(0, await server.WaitForExitAsync(_token), server.Transcript);
    }

    private async Task<ProgramProcess> JoinAsync(string name, string endPoint)
    {
        ProgramProcess client = SampleProcess.Start("ConsoleLoop/Client", _folder, name, endPoint);
        await client.SendLineAsync("correct horse", _token);
        await client.WaitForLineAsync($"{name} has joined.", _token);
        return client;
    }
}
