namespace ServerLib.Tests.Samples;

[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows, IgnoreMessage = "The server is stopped with SIGTERM.")]
public sealed class EchoServerTests : IDisposable
{
    private readonly CancellationToken _token = Guard.NewToken();
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task The_client_of_the_echo_server_gets_each_line_back()
    {
        await using ProgramProcess server = await SampleProcess.StartServerAsync("EchoServer/Server", _folder, _token);
        await using ProgramProcess client = SampleProcess.Start("EchoServer/Client", _folder, "ada", $"{server.EndPoint}");

        await client.WaitForLineAsync("Password:", _token);
        await client.SendLineAsync("correct horse", _token);
        await client.SendLineAsync("hello", _token);
        await client.WaitForLineAsync("echo: hello", _token);
        await client.SendLineAsync("", _token);

        Assert.AreEqual(0, await client.WaitForExitAsync(_token), client.Transcript);
        Assert.AreEqual(0, await server.StopAsync(_token), server.Transcript);
    }

    [TestMethod]
    public async Task The_client_of_the_echo_server_reports_a_wrong_password()
    {
        await using ProgramProcess server = await SampleProcess.StartServerAsync("EchoServer/Server", _folder, _token);
        await using ProgramProcess client = SampleProcess.Start("EchoServer/Client", _folder, "ada", $"{server.EndPoint}");

        await client.SendLineAsync("short", _token);

        Assert.AreEqual(1, await client.WaitForExitAsync(_token), client.Transcript);
        StringAssert.Contains(client.Transcript, "password");
    }
}
