using System.Text.Json;
using ServerLib.Passwords;

namespace ServerLib.Tests.Cli.Commands;

/// <summary>Import, export, backup and restore on the program's command line.</summary>
[TestClass]
public sealed class TransferCommandTests : IDisposable
{
    private const string Bcrypt = "$2a$04$CCCCCCCCCCCCCCCCCCCCC.0uP/2zHIr81tVya45gVnDFLBmqu9l4W";

    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly TempFolder _home = new();

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Accounts_are_imported_into_a_server_and_into_its_files(bool isRunning)
    {
        await WriteAsync("users.csv", $"name,hash,role\nada,{Bcrypt},admin\na b,{Bcrypt},\nSERVER,{Bcrypt},\nbob,{Bcrypt},\n");
        await WithServerAsync(isRunning, async () =>
        {
            Assert.AreEqual(
                (1, "line 3: a b: A name must not contain white space\nline 4: SERVER: The name SERVER is reserved\n"
                    + "imported 2 accounts; 0 were there already; 2 skipped\n", ""),
                await RunAsync("user import users.csv"));
            Assert.AreEqual(2, JsonDocument.Parse((await RunAsync("user list --json")).Output).RootElement.GetArrayLength());
            (int exit, string output, _) = await RunAsync("user import users.csv --json");
            Assert.AreEqual(1, exit);
            Assert.AreEqual(2, JsonDocument.Parse(output).RootElement.GetProperty("existing").GetInt32());
            Assert.AreEqual((3, "", $"there is no file {_home.File("none")}\n"), await RunAsync("user import none"));
        });
        Assert.Contains("user import users.csv (exit 1)", (await RunAsync("history --event AdminCommand")).Output);
    }

    [TestMethod]
    public async Task Users_of_the_existing_system_log_in_with_their_old_passwords()
    {
        string old = WrappedHash.OldHashOf("correct horse");
        await WriteAsync("user_data.json", $$$"""{"users": {"ada": {"credentials": {"password": "{{{old}}}"} }, "bob": {"credentials": {"password": ""} } } }""");
        await using HostRun server = HostRun.Start(_home, ["--port", "0", "--data", "data"]);
        await server.EndPointAsync();

        Assert.AreEqual(
            (1, "line 1: bob: no password was set yet; add the user with a new one\nimported 1 account; 0 were there already; 1 skipped\n", ""),
            await RunAsync("user import user_data.json"));

        await using ServerClient ada = await ServerClient.ConnectAsync(
            new ServerClientOptions
            {
                EndPoint = await server.EndPointAsync(),
                UserName = "ada",
                Password = "correct horse",
                Tls = TlsMode.Ask,
                TrustServer = (_, _) => new(true),
            },
            _guard);
        Assert.AreEqual("ada", ada.Alias);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task An_export_with_hashes_can_be_imported_elsewhere(bool isRunning)
    {
        await WriteAsync("many.csv", "name,hash\n" + string.Concat(Enumerable.Range(0, 300).Select(i => $"user{i},{Bcrypt}\n")));
        Assert.AreEqual((0, "imported 300 accounts; 0 were there already; 0 skipped\n", ""), await RunAsync("user import many.csv"));
        await WithServerAsync(isRunning, async () =>
        {
            Assert.AreEqual((0, "wrote 300 accounts to out.jsonl\n", ""), await RunAsync("user export --hashes out.jsonl"));
            Assert.AreEqual(3, (await RunAsync("user export out.jsonl")).Exit);
            (int exit, string output, _) = await RunAsync("user export");
            Assert.AreEqual(0, exit);
            Assert.DoesNotContain("hash", output);
            Assert.HasCount(300, output.TrimEnd().Split('\n'));
        });
        if (!OperatingSystem.IsWindows())
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_home.File("out.jsonl")));
        Assert.Contains("user export --hashes", (await RunAsync("history --event AdminCommand")).Output);
        Assert.AreEqual(
            (0, "imported 300 accounts; 0 were there already; 0 skipped\n", ""), await RunAsync("user import out.jsonl", data: "other"));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task A_backup_of_a_server_and_of_its_files_is_restored(bool isRunning)
    {
        await WriteAsync("users.csv", $"name,hash\nada,{Bcrypt}\n");
        await RunAsync("user import users.csv");
        await WithServerAsync(isRunning, async () =>
        {
            Assert.AreEqual((0, "backed up 1 account to b.zip\n", ""), await RunAsync("backup b.zip"));
            Assert.AreEqual((3, "", $"{_home.File("b.zip")} exists already; --force replaces it\n"), await RunAsync("backup b.zip"));
            if (isRunning)
                Assert.AreEqual("restore works only while the server is not running; stop the server first\n", (await RunAsync("restore b.zip --force")).Errors);
        });
        Assert.Contains("backup b.zip", (await RunAsync("history --event AdminCommand")).Output);
        await RunAsync("user remove ada");

        Assert.AreEqual((3, "", $"the data folder {_home.File("data")} has contents; --force replaces them\n"), await RunAsync("restore b.zip"));
        Assert.AreEqual((0, $"restored 1 account into {_home.File("data")}\n", ""), await RunAsync("restore b.zip --force"));
        Assert.AreEqual((0, $"restored 1 account into {_home.File("new")}\n", ""), await RunAsync("restore b.zip", data: "new"));

        Assert.Contains("ada", (await RunAsync("user list")).Output);
        Assert.Contains("ada", (await RunAsync("user list", data: "new")).Output);
        Assert.Contains("restore, of a backup from", (await RunAsync("history --event AdminCommand")).Output);
        await using HostRun server = HostRun.Start(_home, ["--port", "0", "--data", "data"]);
        await server.EndPointAsync();
    }

    public void Dispose() => _home.Dispose();

    private Task WriteAsync(string name, string text) => File.WriteAllTextAsync(_home.File(name), text, _guard);

    private async Task WithServerAsync(bool isRunning, Func<Task> act)
    {
        await using HostRun? server = isRunning ? HostRun.Start(_home, ["--port", "0", "--data", "data"]) : null;
        if (server is not null)
            await server.EndPointAsync();
        await act();
    }

    private async Task<(int Exit, string Output, string Errors)> RunAsync(string line, string data = "data")
    {
        await using HostRun run = await HostRun.ToEndAsync(_home, [.. line.Split(' '), "--data", data]);
        return (await run.Ended, $"{run.Out}", $"{run.Error}");
    }
}
