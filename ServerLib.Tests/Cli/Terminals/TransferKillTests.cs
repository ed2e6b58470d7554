using System.Text.Json;
using ServerLib.Passwords;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Cli.Terminals;

/// <summary>The real program, killed during an import, a backup or a restore. Its progress in a terminal shows when.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class TransferKillTests : IDisposable
{
    private const string Bcrypt = "$2a$04$CCCCCCCCCCCCCCCCCCCCC.0uP/2zHIr81tVya45gVnDFLBmqu9l4W";
    private const int Users = 1_500;

    private readonly CancellationToken _guard = Guard.ForPrograms();
    private readonly DataFolder _data = new();
    private readonly Argon2idPasswordHasher _hasher = new(new() { MemorySize = 64, Iterations = 1 });

    [TestMethod]
    [DataRow("the command, on files")]
    [DataRow("the command, with a server")]
    [DataRow("the server")]
    public async Task An_import_continues_after_a_kill_of(string what)
    {
        await WriteAsync("appsettings.json", """{"ServerLib": {"PasswordHashing": {"MemorySize": 64, "Iterations": 1}}}""");
        IEnumerable<string> users = Enumerable.Range(0, Users)
            .Select(i => $$$"""  "user{{{i}}}": {"credentials": {"password": "{{{WrappedHash.OldHashOf($"secret {i}")}}}"} }""");
        await WriteAsync("user_data.json", $$"""{"users": {{{string.Join(",\n", users)}} } }""");
        await using ProgramProcess? server = what.Contains("server", StringComparison.Ordinal) ? await HostProcess.StartAsync(_data, _guard) : null;

        await using (TerminalProcess import = Start("user", "import", "user_data.json"))
        {
            await import.SeeAsync(" 300 added", _guard);
            Assert.Contains("━", import.Screen);
            Assert.Contains(" left ", import.Screen);
            if (what != "the server")
                await import.KillAsync(_guard);
            else
            {
                await server!.KillAsync();
                Assert.AreEqual(1, await import.WaitForExitAsync(_guard), import.Screen);
            }
        }

        (int exit, string output) = await RunAsync("user import user_data.json --json");
        JsonElement done = JsonDocument.Parse(output).RootElement;
        int existing = done.GetProperty("existing").GetInt32();
        Assert.AreEqual((0, 0, Users), (exit, done.GetProperty("skipped").GetInt32(), done.GetProperty("added").GetInt32() + existing));
        Assert.IsTrue(existing is >= 300 and < Users, $"{existing} were there already.");
        if (server is not null)
            await server.KillAsync();
        await using var database = new LiteDbUserDatabase(_data.Path, _hasher);
        CollectionAssert.AreEquivalent(Enumerable.Range(0, Users).Select(i => $"user{i}").ToArray(), await NamesAsync(database));
        await Parallel.ForEachAsync(Enumerable.Range(0, Users), _guard, async (i, token) => Assert.AreEqual(
            LoginResult.Ok($"user{i}"), await database.AuthenticateUserAsync(new Credentials($"user{i}", $"secret {i}"), token)));
    }

    [TestMethod]
    [DataRow("the command, on files")]
    [DataRow("the command, with a server")]
    [DataRow("the server")]
    public async Task An_import_of_an_export_continues_after_a_kill_of(string what)
    {
        await ImportAsync("user", 4_000);
        for (int i = 0; i < 3; i++)
            Assert.AreEqual(0, (await RunAsync("invite add")).Exit);
        Assert.AreEqual(0, (await RunAsync("ban add mallory")).Exit);
        Assert.AreEqual((0, "wrote 4000 accounts, 3 invitations and 1 ban to all.jsonl"), await RunAsync("export all.jsonl"));
        Directory.Delete(_data.Path, recursive: true);
        await using ProgramProcess? server = what.Contains("server", StringComparison.Ordinal) ? await HostProcess.StartAsync(_data, _guard) : null;

        await using (TerminalProcess import = Start("import", "all.jsonl"))
        {
            await import.SeeAsync(" added", _guard);
            if (what != "the server")
                await import.KillAsync(_guard);
            else
            {
                await server!.KillAsync();
                await import.WaitForExitAsync(_guard);
            }
        }

        (int exit, string output) = await RunAsync("import all.jsonl --json");
        JsonElement done = JsonDocument.Parse(output).RootElement;
        int kept = done.GetProperty("kept").GetInt32();
        Assert.AreEqual((0, 0), (exit, done.GetProperty("skipped").GetInt32()), output);
        Assert.IsGreaterThan(0, kept);
        Assert.AreEqual(0, (await RunAsync("export again.jsonl")).Exit);
        string again = await File.ReadAllTextAsync(Path.Combine(_data.Root, "again.jsonl"), _guard);
        Assert.AreEqual(await File.ReadAllTextAsync(Path.Combine(_data.Root, "all.jsonl"), _guard), again);
        Assert.AreEqual(0, (await RunAsync("history verify")).Exit);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task An_export_that_is_killed_leaves_no_half_file(bool isRunning)
    {
        await ImportAsync("user", 4_000);
        await using ProgramProcess? server = isRunning ? await HostProcess.StartAsync(_data, _guard) : null;
        await using (TerminalProcess export = Start("export", "all.jsonl"))
        {
            await export.SeeAsync(" written", _guard);
            await export.KillAsync(_guard);
        }

        if (!File.Exists(Path.Combine(_data.Root, "all.jsonl")))
            Assert.AreEqual((0, "wrote 4000 accounts, 0 invitations and 0 bans to all.jsonl"), await RunAsync("export all.jsonl"));
        CollectionAssert.AreEquivalent(
            (string[])["data", "all.jsonl", "user.csv"], Directory.GetFileSystemEntries(_data.Root).Select(Path.GetFileName).ToArray());
        Assert.AreEqual(
            (0, "imported 4000 accounts, 0 invitations and 0 bans; 0 were there already or have ended; 0 skipped"),
            await RunAsync("import all.jsonl", data: "other"));
    }

    [TestMethod]
    [DataRow("reading the backup")]
    [DataRow("verifying the backup")]
    [DataRow("replacing the data folder")]
    public async Task A_restore_that_is_killed_leaves_the_old_or_the_new_data(string moment)
    {
        await ImportAsync("early", 500);
        Assert.AreEqual(0, (await RunAsync("backup b.zip")).Exit);
        await ImportAsync("late", 500);
        Directory.CreateDirectory(_data.File("logs"));
        for (int i = 0; i < 50; i++)
            await File.WriteAllBytesAsync(_data.File($"logs/{i}.log"), new byte[200_000], _guard);
        for (int round = 0; round < 3; round++)
        {
            await using (TerminalProcess restore = Start("restore", "b.zip", "--force"))
            {
                await restore.SeeAsync(moment, _guard);
                await restore.KillAsync(_guard);
            }

            int count = JsonDocument.Parse((await RunAsync("user list --json")).Output).RootElement.GetArrayLength();
            Assert.IsTrue(count is 500 or 1_000, $"There are {count} accounts.");
            Assert.AreEqual(0, (await RunAsync("history verify")).Exit);
            Assert.HasCount(50, Directory.GetFiles(_data.File("logs")));
        }

        Assert.AreEqual(0, (await RunAsync("restore b.zip --force")).Exit);

        Assert.HasCount(500, JsonDocument.Parse((await RunAsync("user list --json")).Output).RootElement.EnumerateArray());
        CollectionAssert.AreEquivalent(
            (string[])["data", "b.zip", "early.csv", "late.csv"], Directory.GetFileSystemEntries(_data.Root).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    [DataRow("copying users.db", true)]
    [DataRow("copying users.db", false)]
    [DataRow("verifying the copy", false)]
    [DataRow("writing the backup", false)]
    [DataRow("reading the backup", false)]
    [DataRow("verifying the backup", false)]
    public async Task A_backup_that_is_killed_leaves_no_half_file(string moment, bool isRunning)
    {
        await ImportAsync("early", 1_000);
        await using ProgramProcess? server = isRunning ? await HostProcess.StartAsync(_data, _guard) : null;
        await using (TerminalProcess backup = Start("backup", "b.zip"))
        {
            await backup.SeeAsync(moment, _guard);
            await backup.KillAsync(_guard);
        }

        if (!File.Exists(_data.Root + "/b.zip"))
            Assert.AreEqual((0, "backed up 1000 accounts to b.zip"), await RunAsync("backup b.zip"));
        CollectionAssert.AreEquivalent(
            (string[])["data", "b.zip", "early.csv"], Directory.GetFileSystemEntries(_data.Root).Select(Path.GetFileName).ToArray());
        Assert.AreEqual(0, (await RunAsync("restore b.zip", data: "restored")).Exit);
    }

    public void Dispose()
    {
        _hasher.Dispose();
        _data.Dispose();
    }

    private Task WriteAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(_data.Root, name), text, _guard);

    private async Task ImportAsync(string name, int count)
    {
        await WriteAsync($"{name}.csv", "name,hash\n" + string.Concat(Enumerable.Range(0, count).Select(i => $"{name}{i},{Bcrypt}\n")));
        Assert.AreEqual(0, (await RunAsync($"user import {name}.csv")).Exit);
    }

    private TerminalProcess Start(params string[] words) => TerminalProcess.Start(_data.Root, [.. words, "--data", _data.Path]);

    private async Task<(int Exit, string Output)> RunAsync(string line, string data = "data")
    {
        await using ProgramProcess run = HostProcess.Launch(_data, [.. line.Split(' '), "--data", Path.Combine(_data.Root, data)]);
        return (await run.WaitForExitAsync(_guard), run.Transcript.TrimEnd());
    }

    private async Task<string[]> NamesAsync(LiteDbUserDatabase database)
    {
        List<string> names = [];
        await foreach (UserAccount account in database.ListAccountsAsync(_guard))
            names.Add(account.Name);
        return [.. names];
    }
}
