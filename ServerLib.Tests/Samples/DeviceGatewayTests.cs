using System.Security.Cryptography;

namespace ServerLib.Tests.Samples;

[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows, IgnoreMessage = "The server is stopped with SIGTERM.")]
public sealed class DeviceGatewayTests : IDisposable
{
    private readonly CancellationToken _token = Guard.NewToken();
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task The_operator_of_the_gateway_sends_a_command_to_one_of_200_devices()
    {
        await using ProgramProcess server = await StartServerAsync();
        await using ProgramProcess devices = await StartAsync(server, "Devices", "200");
        await using ProgramProcess person = await StartAsync(server, "Operator");

        await devices.WaitForLineAsync("200 devices have connected", _token);
        await person.SendLineAsync("status", _token);
        await person.WaitForLineAsync("200 devices, 201 connections", _token);
        await person.SendLineAsync("send device-42 name", _token);
        await person.WaitForLineAsync("device-42", _token);
        await person.SendLineAsync("send device-42 sing", _token);
        await person.WaitForLineAsync("device-42 has refused the command: The commands are name and uptime.", _token);
        await person.SendLineAsync("send device-201 name", _token);
        await person.WaitForLineAsync("device-201 is not connected.", _token);

        foreach (ProgramProcess client in new[] { devices, person })
        {
            await client.SendLineAsync("", _token);
            Assert.AreEqual(0, await client.WaitForExitAsync(_token), client.Transcript);
        }

        Assert.AreEqual(0, await server.StopAsync(_token), server.Transcript);
    }

    [TestMethod]
    public async Task The_gateway_remembers_its_devices_and_their_keys_after_a_restart()
    {
        await using (ProgramProcess server = await StartServerAsync())
        {
            await using ProgramProcess devices = await StartAsync(server, "Devices", "2");
            await devices.WaitForLineAsync("2 devices have connected", _token);
            Assert.AreEqual(0, await server.StopAsync(_token), server.Transcript);
        }

        await using ProgramProcess again = await StartServerAsync();
        await using ProgramProcess person = await StartAsync(again, "Operator");
        await person.SendLineAsync("status", _token);
        await person.WaitForLineAsync("2 devices, 1 connections", _token);
        using RSA another = RSA.Create(2048);
        LoginException refused = await Assert.ThrowsExactlyAsync<LoginException>(() => ServerClient.ConnectAsync(
            new ServerClientOptions { EndPoint = again.EndPoint, UserName = "device-1", PrivateKey = another }, _token));
        Assert.AreEqual(LoginCode.Failure, refused.Result);
    }

    private Task<ProgramProcess> StartServerAsync() =>
        SampleProcess.StartServerAsync("DeviceGateway/Server", _folder, _token, "--OperatorPassword", "correct horse");

    private async Task<ProgramProcess> StartAsync(ProgramProcess server, string project, params string[] arguments)
    {
        ProgramProcess client = SampleProcess.Start($"DeviceGateway/{project}", _folder, [.. arguments, $"{server.EndPoint}"]);
        await client.SendLineAsync("correct horse", _token);
        return client;
    }
}
