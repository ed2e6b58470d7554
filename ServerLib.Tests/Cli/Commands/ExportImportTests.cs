using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using ServerLib.Passwords;

namespace ServerLib.Tests.Cli.Commands;

/// <summary>Export and import of everything, on the program's command line.</summary>
[TestClass]
public sealed class ExportImportTests : IDisposable
{
    private const string Password = "correct horse";
    private const string Header = """{"header":{"format":"serverlib-export","version":1}}""";

    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly TempFolder _home = new();
    private readonly Argon2idPasswordHasher _hasher = new(new() { MemorySize = 64, Iterations = 1 });

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Everything_is_carried_to_another_server_and_back(bool isRunning)
    {
        string code = await FillDataAsync();
        await WithServerAsync(isRunning, "data", async () => Assert.AreEqual(
            (0, "wrote 3 accounts, 3 invitations and 4 bans to all.jsonl\n", ""), await RunAsync("export all.jsonl")));
        await WithServerAsync(isRunning, "other", async () =>
        {
            Assert.AreEqual(
                (0, "imported 3 accounts, 3 invitations and 4 bans; 0 were there already or have ended; 0 skipped\n", ""),
                await RunAsync("import all.jsonl", "other"));
            Assert.AreEqual(0, (await RunAsync("export again.jsonl", "other")).Exit);
            (int exit, string output, _) = await RunAsync("import all.jsonl --json", "other");
            JsonElement again = JsonDocument.Parse(output).RootElement;
            Assert.AreEqual((0, 10, 0), (exit, again.GetProperty("kept").GetInt32(), again.GetProperty("skipped").GetInt32()), output);
            Assert.AreEqual(0, (await RunAsync("export third.jsonl", "other")).Exit);
        });

        CollectionAssert.AreEqual(await ReadAsync("all.jsonl"), await ReadAsync("again.jsonl"));
        CollectionAssert.AreEqual(await ReadAsync("all.jsonl"), await ReadAsync("third.jsonl"));
        if (!OperatingSystem.IsWindows())
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_home.File("all.jsonl")));
        string history = (await RunAsync("history", "other")).Output;
        Assert.Contains("import: 3 accounts added, the first one ada", history);
        Assert.Contains("import: 3 invitations added, 1 to 4", history);
        Assert.Contains("import all.jsonl", history);
        Assert.Contains("203.0.113.0/24", history);
        Assert.Contains("export accounts", (await RunAsync("history")).Output);
        await using var database = new LiteDbUserDatabase(_home.File("other"), _hasher);
        Assert.AreEqual(LoginResult.Ok("ada"), await database.AuthenticateUserAsync(new Credentials("ada", Password), _guard));
        Assert.IsTrue(await database.IsInvitedAsync(code, _guard));
        Assert.IsGreaterThan(5, (await database.InviteAsync(cancellationToken: _guard)).Invitation.Number);
        Ban ban = (await database.GetBansAsync(_guard)).Single(each => each.Target == "203.0.113.0/24");
        Assert.AreEqual(("Spam \"again\".", "ada"), (ban.Reason, ban.CreatedBy));
    }

    [TestMethod]
    public async Task Accounts_and_bans_that_exist_are_kept_and_listed()
    {
        await FillDataAsync();
        await RunAsync("export all.jsonl");
        await CreateHistoryAsync("other");
        await using (var other = new LiteDbUserDatabase(_home.File("other"), _hasher))
        {
            await other.AddAccountAsync("ADA", "another password", _guard);
            await other.InviteAsync(cancellationToken: _guard);
            await other.AddBanAsync(new Ban("mallory", Reason: "Mine."), _guard);
        }

        (int exit, string output, string errors) = await RunAsync("import all.jsonl", "other");

        Assert.AreEqual((1, ""), (exit, errors));
        Assert.Contains(": account ada: exists already\n", output);
        Assert.Contains(": ban of mallory: exists already\n", output);
        Assert.Contains(": invitation 1: this server has used the numbers up to 1 already\n", output);
        StringAssert.EndsWith(output, "imported 2 accounts, 2 invitations and 3 bans; 2 were there already or have ended; 1 skipped\n");
        await using var database = new LiteDbUserDatabase(_home.File("other"), _hasher);
        Assert.AreEqual(LoginResult.Ok("ADA"), await database.AuthenticateUserAsync(new Credentials("ada", "another password"), _guard));
        Assert.AreEqual("Mine.", (await database.GetBansAsync(_guard)).Single(ban => ban.Target == "mallory").Reason);
    }

    [TestMethod]
    public async Task Lines_that_cannot_be_imported_are_listed_and_the_others_are_added()
    {
        string hash = (await _hasher.HashAsync(Password, cancellationToken: _guard))!;
        string[] lines =
        [
            Header,
            $$$"""{"account":{"name":"a b","hash":"{{{hash}}}"}}""",
            $$$"""{"account":{"name":"ada","hash":"{{{hash}}}"}}""",
            """{"account":{"name":"bob","hash":"x"}}""",
            """{"account":{"name":"carol"}}""",
            """{"invitation":{"number":1,"codeHash":"x"}}""",
            """{"lastInvitation":99999999999}""",
            """{"ban":{"target":"127.0.0.1"}}""",
            """{"ban":{"target":"\u001b[2J"}}""",
            """{"ban":{"target":"old","until":"2020-01-01T00:00:00+00:00"}}""",
            $$$"""{"ban":{"target":"long","reason":"{{{new string('x', 60_000)}}}"}}""",
            """{"ban":{"target":"mallory"}}""",
            """{"end":{"accounts":4,"invitations":1,"bans":5}}""",
        ];
        await File.WriteAllLinesAsync(_home.File("all.jsonl"), lines, _guard);

        (int exit, string output, string errors) = await RunAsync("import all.jsonl");

        Assert.AreEqual((1, ""), (exit, errors));
        foreach (string expected in (string[])
            [
                "line 2: account a b: A name must not contain white space\n", "line 4: account bob: ", "line 5: accounts: it has no password hash\n",
                "line 6: invitation 1: it has no valid hash of a code\n", "line 7: invitations: lastInvitation is not between 1 and 1000000000\n",
                "line 8: ban of 127.0.0.1: '127.0.0.1' is a loopback address, which cannot be banned\n", "line 9: ban of \\u001B[2J: ",
                "line 10: ban of old: has ended\n", "line 11: bans: the reason is longer than 1000 characters\n",
                "imported 1 account, 0 invitations and 1 ban; 1 were there already or have ended; 8 skipped\n",
            ])
            Assert.Contains(expected, output);
        Assert.IsFalse(output.Any(c => char.IsControl(c) && c != '\n'), output);
    }

    [TestMethod]
    [DataRow("", "it is empty")]
    [DataRow("{\"name\":\"ada\",\"hash\":\"x\"}\n", "it was not written by 'export'; 'user import' imports accounts from other files")]
    [DataRow("[]\n", "it was not written by 'export'; ")]
    [DataRow("{\"header\":7}\n", "it was not written by 'export'; ")]
    [DataRow("{\"header\":{\"format\":\"serverlib-export\",\"version\":2,\"more\":[]}}\n", "it was written by a newer version of this program")]
    [DataRow("H", "it is cut off: the last line, with the numbers of what it contains, is missing")]
    [DataRow("H\nA", "it is cut off: ")]
    [DataRow("H\nA\n{\"end\":{\"acc", "line 3: it is not valid JSON, is cut off, or has a member that is unknown or of the wrong type")]
    [DataRow("H\nA\n{\"end\":{\"accounts\":2}}\n", "it contains 1 account, 0 invitations and 0 bans, but its last line says 2 accounts, 0 invitations and 0 bans")]
    [DataRow("H\nA\n{\"end\":{\"accounts\":1}}\nA\n", "line 4 is not where it belongs")]
    [DataRow("H\nH\n{\"end\":{}}\n", "line 2 is not where it belongs")]
    [DataRow("H\nA\n{}\n", "line 3: a line must have one kind")]
    [DataRow("H\nA\nnull\n", "line 3: a line must have one kind")]
    [DataRow("H\nA\n{\"account\":{\"name\":\"x\"},\"ban\":{\"target\":\"y\"}}\n", "line 3: a line must have one kind")]
    [DataRow("H\nA\n{\"group\":{}}\n", "line 3: it is not valid JSON, is cut off, or has a member that is unknown or of the wrong type (")]
    [DataRow("H\nA\n{\"account\":{\"name\":\"x\",\"loked\":true}}\n", "line 3: it is not valid JSON, ")]
    [DataRow("H\nA\n{\"account\":{\"name\":\"\\ud800\"}}\n", "line 3: it is not valid JSON, ")]
    [DataRow("H\nA\nL\n", "line 3: it is longer than 65536 bytes")]
    public async Task A_file_that_is_not_a_whole_export_is_refused(string text, string problem)
    {
        string hash = (await _hasher.HashAsync(Password, cancellationToken: _guard))!;
        string whole = string.Join('\n', text.Split('\n').Select(line => line switch
        {
            "H" => Header,
            "A" => $$$"""{"account":{"name":"ada","hash":"{{{hash}}}"}}""",
            "L" => new string('x', 70_000),
            _ => line,
        }));
        await File.WriteAllTextAsync(_home.File("all.jsonl"), whole, _guard);

        (int exit, string output, string errors) = await RunAsync("import all.jsonl");

        Assert.AreEqual((1, ""), (exit, output));
        StringAssert.StartsWith(errors, $"{_home.File("all.jsonl")} cannot be imported: {problem}");
        Assert.IsFalse(File.Exists(_home.File("data/users.db")));
    }

    [TestMethod]
    public async Task An_export_that_is_cut_off_anywhere_is_refused()
    {
        await FillDataAsync();
        await RunAsync("export all.jsonl");
        byte[] whole = await ReadAsync("all.jsonl");
        await using HostRun server = HostRun.Start(_home, ["--port", "0", "--data", "other"]);
        await server.EndPointAsync();

        // The last byte is the end of the line.
        foreach (int length in Enumerable.Range(0, 40).Select(i => i * (whole.Length - 2) / 39))
        {
            await File.WriteAllBytesAsync(_home.File("part.jsonl"), whole[..length], _guard);
            (int exit, _, string errors) = await RunAsync("import part.jsonl", "other");
            Assert.AreEqual(1, exit, $"{length} bytes");
            Assert.Contains("part.jsonl cannot be imported: ", errors);
        }

        Assert.AreEqual("there are no accounts\n", (await RunAsync("user list", "other")).Output);
    }

    public void Dispose()
    {
        _hasher.Dispose();
        _home.Dispose();
    }

    /// <summary>Puts everything into a data folder.</summary>
    /// <returns>The code of an invitation that can be used.</returns>
    internal static async Task<string> FillAsync(string folder, IPasswordHasher hasher, CancellationToken guard)
    {
        await using var database = new LiteDbUserDatabase(folder, hasher);
        var address = new IPEndPoint(IPAddress.Parse("203.0.113.7"), 1234);
        await database.CreateNewUserAsync(new Credentials("ada", Password, address), guard);
        await database.CreateNewUserAsync(new Credentials("Zo\u00eb", Password, address), guard);
        await database.SetAdminAsync("ada", true, guard);
        await database.SetLockedAsync("zo\u00eb", true, guard);
        using RSA key = RSA.Create(2048);
        await database.AddKeyAsync("ada", "laptop", key.ExportSubjectPublicKeyInfo(), guard);
        await database.AuthenticateKeyAsync(
            new Credentials("ada", "", address) { IsByKey = true, ProvenKey = key.ExportSubjectPublicKeyInfo() }, guard);
        await database.LogConnectionAsync("ada", address, guard);
        await database.LogDisconnectionAsync("ada", guard);
        await database.UpdateStatsAsync("ada", 7, guard);
        (_, string used) = await database.InviteAsync(cancellationToken: guard);
        (_, string open) = await database.InviteAsync(TimeSpan.FromDays(1), guard);
        (UserInvitation withdrawn, _) = await database.InviteAsync(cancellationToken: guard);
        await database.InviteAsync(TimeSpan.FromTicks(1), guard);
        (UserInvitation last, _) = await database.InviteAsync(cancellationToken: guard);
        await database.WithdrawInvitationAsync(withdrawn.Number, guard);
        await database.WithdrawInvitationAsync(last.Number, guard);
        await database.CreateInvitedUserAsync(new Credentials("bob", Password, address) { Invitation = used }, guard);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        await database.AddBanAsync(new Ban("mallory") { Since = now }, guard);
        await database.AddBanAsync(new Ban("name:10.0.0.1", now.AddDays(1)) { Since = now, CreatedBy = "console" }, guard);
        await database.AddBanAsync(new Ban("203.0.113.0/24", now.AddDays(2), "Spam \"again\".") { Since = now.AddDays(-1), CreatedBy = "ada" }, guard);
        await database.AddBanAsync(new Ban("2001:db8::/64") { Since = now }, guard);
        await database.AddBanAsync(new Ban("ended", now.AddDays(-1)) { Since = now.AddDays(-2) }, guard);
        return open;
    }

    private async Task<string> FillDataAsync()
    {
        await CreateHistoryAsync("data");
        return await FillAsync(_home.File("data"), _hasher, _guard);
    }

    /// <summary>Accounts without an audit trail would be suspicious.</summary>
    private async Task CreateHistoryAsync(string data) => Assert.AreEqual(0, (await RunAsync("ban add nobody", data)).Exit + (await RunAsync("ban remove nobody", data)).Exit);

    private Task<byte[]> ReadAsync(string name) => File.ReadAllBytesAsync(_home.File(name), _guard);

    private async Task WithServerAsync(bool isRunning, string data, Func<Task> act)
    {
        await using HostRun? server = isRunning ? HostRun.Start(_home, ["--port", "0", "--data", data]) : null;
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
