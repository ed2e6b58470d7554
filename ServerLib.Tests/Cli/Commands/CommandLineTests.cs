using System.Security.Cryptography;
using System.Text.Json;

namespace ServerLib.Tests.Cli.Commands;

/// <summary>Admin commands on the program's command line: on the files, and on a running server.</summary>
[TestClass]
public sealed class CommandLineTests : IDisposable
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly TempFolder _home = new();

    [TestMethod]
    public async Task The_first_admin_is_added_to_a_folder_that_does_not_exist()
    {
        (int exit, string output, string errors) = await RunAsync("user add ada --role admin --password-stdin --data new", "correct horse\n");
        Assert.AreEqual((0, "added ada, an admin\n", ""), (exit, output, errors));

        await using HostRun server = HostRun.Start(_home, ["--port", "0", "--data", "new"]);
        await using ServerClient ada = await ConnectAsync(server, "ada", "correct horse");
        Assert.AreEqual(0, (await ada.RunCommandAsync("users", _guard)).Exit);
    }

    [TestMethod]
    public async Task The_same_command_gives_the_same_answer_with_and_without_a_server()
    {
        await RunAsync("user add ada --password-stdin --data data", "correct horse\n");
        string[] commands =
        [
            "user list", "user list --json", "user add ada --generate", "user add ada --generate --json", "user remove nobody", "ban list",
            "ban remove ada", "invite list", "throttle list --json", "user add x: --generate", "user lock", "user key list ada", "help",
        ];
        List<(int, string, string)> off = [];
        foreach (string command in commands)
            off.Add(await RunAsync($"{command} --data data"));

        await using HostRun server = HostRun.Start(_home, ["--port", "0", "--data", "data"]);
        await server.EndPointAsync();
        foreach ((string command, (int, string, string) expected) in commands.Zip(off))
            Assert.AreEqual(expected, await RunAsync($"{command} --data data"), command);
        Assert.AreSequenceEqual([0, 0, 3, 3, 3, 0, 3, 0, 0, 2, 2, 0, 0], off.Select(answer => answer.Item1));
    }

    [TestMethod]
    public async Task A_ban_on_the_files_is_in_force_when_the_server_starts()
    {
        Assert.AreEqual(0, (await RunAsync("ban add 203.0.113.0/24 12h spam and more --data data")).Exit);
        Assert.StartsWith("TARGET", (await RunAsync("ban list --data data")).Output);

        await using HostRun server = HostRun.Start(_home, ["--port", "0", "--data", "data"]);
        await server.EndPointAsync();
        (int exit, string output, _) = await RunAsync("ban list --json --data data");
        Assert.AreEqual(0, exit);
        Assert.AreEqual("spam and more", JsonDocument.Parse(output).RootElement[0].GetProperty("reason").GetString());
    }

    [TestMethod]
    public async Task A_command_for_a_running_server_says_that_none_runs()
    {
        (int exit, string output, string errors) = await RunAsync("status --data data");
        Assert.AreEqual((1, ""), (exit, output));
        Assert.AreEqual($"the server is not running: nothing listens at {_home.File("data/admin.sock")}\n", errors);
        Assert.IsFalse(Directory.Exists(_home.File("data")));
    }

    [TestMethod]
    [DataRow("user list")]
    [DataRow("role grant ada admin")]
    [DataRow("backup my.zip")]
    [DataRow("history")]
    public async Task A_command_creates_no_data_folder_that_it_cannot_use(string command)
    {
        (int exit, string output, string errors) = await RunAsync($"{command} --data nowhere");

        Assert.AreEqual((3, ""), (exit, output));
        Assert.Contains($"{_home.File("nowhere")}; give the server's data folder with --data", errors);
        Assert.IsEmpty(Directory.GetFileSystemEntries(_home.Path));
    }

    [TestMethod]
    public async Task Errors_are_JSON_with_the_option_json_and_go_to_standard_error()
    {
        await RunAsync("user add ada --generate --data data");
        foreach ((string command, int expected) in ((string, int)[])[("users", 1), ("user add", 2), ("user show nobody", 3)])
        {
            (int exit, string output, string errors) = await RunAsync($"{command} --json --data data");
            Assert.AreEqual((expected, ""), (exit, output));
            JsonElement error = JsonDocument.Parse(errors).RootElement;
            Assert.AreEqual(expected, error.GetProperty("exit").GetInt32());
            Assert.AreNotEqual("", error.GetProperty("error").GetString());
        }
    }

    [TestMethod]
    public async Task Shutdown_on_the_command_line_stops_the_running_server()
    {
        await using HostRun server = HostRun.Start(_home, ["--port", "0", "--data", "data"]);
        await server.EndPointAsync();

        Assert.AreEqual(0, (await RunAsync("shutdown --data data")).Exit);
        Assert.AreEqual(0, await server.Ended.WaitAsync(_guard));
        Assert.IsFalse(File.Exists(_home.File("data/admin.sock")));
    }

    [TestMethod]
    public async Task A_key_is_read_by_the_command_line_and_not_by_the_server()
    {
        using RSA key = RSA.Create(2048);
        await File.WriteAllTextAsync(_home.File("ada.pem"), key.ExportSubjectPublicKeyInfoPem(), _guard);
        await RunAsync("user add ada --generate --data data");
        await using HostRun server = HostRun.Start(_home, ["--port", "0", "--data", "data"]);
        await server.EndPointAsync();

        (int exit, string output, _) = await RunAsync("user key add ada laptop ada.pem --data data");
        Assert.AreEqual(0, exit);
        Assert.StartsWith("ada can log in with laptop ", output);
        Assert.AreEqual(3, (await RunAsync("user key add ada phone nowhere.pem --data data")).Exit);
    }

    [TestMethod]
    public async Task The_exit_code_of_piped_commands_is_that_of_the_first_failure()
    {
        await using HostRun server = await HostRun.ToEndAsync(
            _home, ["--port", "0", "--data", "data"], "user add ada --generate\nuser remove nobody\nuser add\nshutdown\n");
        Assert.AreEqual(3, await server.Ended);
        Assert.Contains("there is no account nobody", server.Error.ToString());
        Assert.DoesNotContain("there is no account", server.Out.ToString());
    }

    [TestMethod]
    public async Task A_piped_command_reads_a_password_from_the_next_line()
    {
        await using HostRun server = await HostRun.ToEndAsync(
            _home, ["--port", "0", "--data", "data"], "user add ada --password-stdin\ncorrect horse\nuser passwd ada --password-stdin\nshort\nshutdown\n");
        Assert.Contains("added ada", server.Out.ToString());
        Assert.Contains("A password has 8 to 256 characters.", server.Error.ToString());
        Assert.DoesNotContain("correct horse", $"{server.Out}{server.Error}{await File.ReadAllTextAsync(_home.File("data/activity.log"), _guard)}");
        Assert.AreEqual(-1, (await File.ReadAllBytesAsync(_home.File("data/history.db"), _guard)).AsSpan().IndexOf("correct horse"u8));
    }

    [TestMethod]
    public async Task Help_explains_a_command_without_a_server()
    {
        (int exit, string output, _) = await RunAsync("help user add");
        Assert.AreEqual(0, exit);
        Assert.Contains("--password-stdin", output);
        Assert.AreEqual(output, (await RunAsync("user add --help")).Output);
        Assert.AreEqual(1, output.Split("--help").Length - 1);
    }

    public void Dispose() => _home.Dispose();

    private async Task<(int Exit, string Output, string Errors)> RunAsync(string line, string input = "")
    {
        await using HostRun run = await HostRun.ToEndAsync(_home, line.Split(' '), input);
        return (await run.Ended, run.Out.ToString(), run.Error.ToString());
    }

    private async Task<ServerClient> ConnectAsync(HostRun server, string name, string password) => await ServerClient.ConnectAsync(
        new ServerClientOptions
        {
            EndPoint = await server.EndPointAsync(),
            UserName = name,
            Password = password,
            Tls = TlsMode.Ask,
            TrustServer = (_, _) => new(true),
        },
        _guard);
}
