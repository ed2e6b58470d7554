namespace ServerLib.Tests.Samples;

[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows, IgnoreMessage = "The server is stopped with SIGTERM.")]
public sealed class ExternalLoginTests : IDisposable
{
    private readonly CancellationToken _token = Guard.NewToken();
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task A_server_with_an_external_login_survives_the_login_service()
    {
        await using ProgramProcess service = SampleProcess.Start("ExternalLogin/LoginService", _folder, "--urls", "http://127.0.0.1:0");
        string address = (await service.WaitForLineAsync("Now listening on: ", _token)).Split("Now listening on: ")[1];
        await using ProgramProcess server = await SampleProcess.StartServerAsync(
            "ExternalLogin/Server", _folder, _token, "--LoginService", address);

        await AssertLoginAsync(server, "ada", "correct horse", exitCode: 0, "Ada has published 'Notes on the engine'.");
        await AssertLoginAsync(server, "grace", "battery staple", exitCode: 1, "role");
        await AssertLoginAsync(server, "ada", "wrong password", exitCode: 1, "The name or the password is wrong.");
        await AssertLoginAsync(server, "nobody", "correct horse", exitCode: 1, "The name or the password is wrong.");

        await service.KillAsync();
        await AssertLoginAsync(server, "ada", "wrong password", exitCode: 2, "Logins do not work at the moment. Try again soon.");
        await AssertLoginAsync(server, "ada", "correct horse", exitCode: 0, "You are Ada.");
        Assert.AreEqual(0, await server.StopAsync(_token), server.Transcript);
        Assert.DoesNotContain("correct horse", server.Transcript);
        Assert.DoesNotContain("wrong password", server.Transcript);
    }

    private async Task AssertLoginAsync(ProgramProcess server, string name, string password, int exitCode, string output)
    {
        await using ProgramProcess client = SampleProcess.Start("ExternalLogin/Client", _folder, name, $"{server.EndPoint}");
        await client.SendLineAsync(password, _token);
        Assert.AreEqual(exitCode, await client.WaitForExitAsync(_token), client.Transcript);
        StringAssert.Contains(client.Transcript, output);
    }
}
