using System.Diagnostics;
using System.Text;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.Cli.Commands;

/// <summary>Files that are not what the commands for import, export, backup and restore expect.</summary>
[TestClass]
public sealed class TransferFileTests : IDisposable
{
    private const string Bcrypt = "$2a$04$CCCCCCCCCCCCCCCCCCCCC.0uP/2zHIr81tVya45gVnDFLBmqu9l4W";
    private const string Sha = "2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683";

    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly TempFolder _home = new();

    [TestMethod]
    [DataRow("user import {0}", "a folder")]
    [DataRow("user import {0}", "a pipe")]
    [DataRow("user import {0}", "a device")]
    [DataRow("import {0}", "a folder")]
    [DataRow("import {0}", "a pipe")]
    [DataRow("import {0}", "a device")]
    [DataRow("export {0} --force", "a folder")]
    [DataRow("export {0} --force", "a pipe")]
    [DataRow("export {0} --force", "a device")]
    [DataRow("restore {0} --force", "a folder")]
    [DataRow("restore {0} --force", "a pipe")]
    [DataRow("restore {0} --force", "a device")]
    [DataRow("backup {0} --force", "a folder")]
    [DataRow("backup {0} --force", "a pipe")]
    [DataRow("backup {0} --force", "a device")]
    [DataRow("user export {0} --force", "a folder")]
    [DataRow("user export {0} --force", "a pipe")]
    [DataRow("user export {0} --force", "a device")]
    [OSCondition(OperatingSystems.Linux)]
    public async Task A_path_that_is_not_a_file_is_refused(string command, string what)
    {
        await ImportAsync("name,hash\nada,$\n");
        string path = await PutAsync("it", what);

        Assert.AreEqual((2, "", $"{path} is {what}, not a file.\n"), await RunAsync(string.Format(null, command, "it")));

        Assert.Contains("ada", (await RunAsync("user list")).Output);
        CollectionAssert.AreEquivalent(
            (string[])["data", "it", "users.csv"], Directory.GetFileSystemEntries(_home.Path).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    [DataRow("backup")]
    [DataRow("export")]
    [DataRow("user export")]
    public async Task An_existing_file_is_replaced_only_with_force(string command)
    {
        await ImportAsync("name,hash\nada,$\n");
        await File.WriteAllTextAsync(_home.File("it"), "mine", _guard);

        Assert.AreEqual((3, "", $"{_home.File("it")} exists already; --force replaces it\n"), await RunAsync($"{command} it"));
        Assert.AreEqual("mine", await File.ReadAllTextAsync(_home.File("it"), _guard));
        Assert.AreEqual(0, (await RunAsync($"{command} it --force")).Exit);
        Assert.AreNotEqual("mine", await File.ReadAllTextAsync(_home.File("it"), _guard));
    }

    [TestMethod]
    [DataRow("user import none", "there is no file {0}\n", 3)]
    [DataRow("import none", "there is no file {0}\n", 3)]
    [DataRow("restore none", "there is no file {0}\n", 3)]
    public async Task A_missing_file_is_named(string command, string expected, int exit) =>
        Assert.AreEqual((exit, "", string.Format(null, expected, _home.File("none"))), await RunAsync(command));

    [TestMethod]
    [DataRow("backup {0}", "backup failed: No space left on device")]
    [DataRow("export {0}", "export failed: No space left on device")]
    [DataRow("user export --hashes {0}", "user export failed: No space left on device")]
    public async Task A_full_disk_is_reported_and_nothing_is_left(string command, string expected)
    {
        using var disk = new SmallDisk();
        string folder = Directory.CreateDirectory(disk.Path).FullName, target = Path.Combine(folder, "it");
        await ImportAsync("name,hash\n" + string.Concat(Enumerable.Range(0, 500).Select(i => $"user{i},$\n")));
        disk.Fill();

        (int exit, string output, string errors) = await RunAsync(string.Format(null, command, target));

        Assert.AreEqual((1, ""), (exit, output));
        StringAssert.StartsWith(errors, expected);
        Assert.IsEmpty(Directory.GetFileSystemEntries(folder));
        disk.Clear();
        Assert.AreEqual(0, (await RunAsync(string.Format(null, command, target))).Exit);
        CollectionAssert.AreEqual((string[])[target], Directory.GetFileSystemEntries(folder));
    }

    [TestMethod]
    public async Task A_restore_on_a_full_disk_changes_nothing()
    {
        using var disk = new SmallDisk();
        await ImportAsync("name,hash\nada,$\n");
        await RunAsync("backup b.zip");
        await RunAsync("restore b.zip", disk.Path);
        await RunAsync("user remove ada", disk.Path);
        disk.Fill();

        (int exit, _, string errors) = await RunAsync("restore b.zip --force", disk.Path);

        Assert.AreEqual(1, exit);
        StringAssert.StartsWith(errors, "restore failed: No space left on device");
        disk.Clear();
        CollectionAssert.AreEqual((string[])[disk.Path], Directory.GetFileSystemEntries(Path.GetDirectoryName(disk.Path)!));
        Assert.AreEqual("there are no accounts\n", (await RunAsync("user list", disk.Path)).Output);
        Assert.AreEqual(0, (await RunAsync("restore b.zip --force", disk.Path)).Exit);
        Assert.Contains("ada", (await RunAsync("user list", disk.Path)).Output);
    }

    [TestMethod]
    [DataRow("a b", "A name must not contain white space")]
    [DataRow("a:b", "A name must not contain ':'")]
    [DataRow("", "A name has at least one visible character")]
    [DataRow("SERVER", "The name SERVER is reserved")]
    [DataRow("abcdefghijklmnopqrstuvwxyz0123456", "A name has at most 32 characters. This one has 33")]
    [DataRow("a\u202eb", "A name must not contain")]
    [DataRow("a\u200bb", "A name must not contain invisible characters")]
    [DataRow("\u0430da", "A name must not mix Latin letters with Greek or Cyrillic ones, which look alike")]
    [DataRow("a\u0001b", "A name must not contain")]
    [DataRow("ADA", "the file has this name twice")]
    [DataRow("\uff41da", "the file has this name twice")]
    public async Task A_name_that_nobody_can_have_is_listed_and_skipped(string name, string problem)
    {
        (int exit, string output, _) = await ImportAsync($"name,hash\nada,$\n{name},$\nbob,$\n");

        Assert.AreEqual(1, exit);
        Assert.Contains($": {problem}", output.Split('\n')[0]);
        StringAssert.StartsWith(output, "line 3: ");
        StringAssert.EndsWith(output, "\nimported 2 accounts; 0 were there already; 1 skipped\n");
        Assert.IsFalse(output.Any(c => char.IsControl(c) && c != '\n'), output);
    }

    [TestMethod]
    [DataRow("name,hash\r\nada,$\r\nbob,$\r\n")]
    [DataRow("name;hash\r\nada;$\r\n\r\nbob;$")]
    [DataRow("{\"name\":\"ada\",\"hash\":\"$\"}\r\n{\"name\":\"bob\",\"hash\":\"$\"}\r\n")]
    [DataRow("{\r\n\"users\": {\r\n\"ada\": {\"credentials\": {\"password\": \"#\"}},\r\n\"bob\": {\"credentials\": {\"password\": \"#\"}}\r\n}\r\n}\r\n")]
    public async Task A_file_of_windows_is_imported(string text)
    {
        Assert.AreEqual((0, "imported 2 accounts; 0 were there already; 0 skipped\n", ""), await ImportAsync($"\uFEFF{text}"));
        string names = (await RunAsync("user export")).Output;
        Assert.Contains("\"name\":\"ada\"", names);
        Assert.Contains("\"name\":\"bob\"", names);
    }

    [TestMethod]
    [DataRow("", "line 1: the file is empty")]
    [DataRow("\uFEFF", "line 1: the file is empty")]
    [DataRow("\r\n\r\n", "line 1: the file is empty")]
    [DataRow("name,hash\nada,$2a$04$CCCCCCCC", "line 2: ada: its bcrypt string is not valid; it may be cut off")]
    [DataRow("name,hash\nada", "line 2: the line has 1 values, but there are 2 columns")]
    [DataRow("{\"name\":\"ada\",\"ha", "line 1: it is not valid JSON, is cut off, or has a member that is unknown or of the wrong type")]
    [DataRow("{\"users\": {\"ada\": {\"credentials\": {\"password\": \"#\"}}", "line 1: it is not valid JSON from here on, or is cut off; the rest was not read")]
    [DataRow("hello", "line 1: the first line must name the columns: at least name and hash, and any of ")]
    public async Task A_file_that_is_empty_or_cut_off_is_explained(string text, string problem)
    {
        (int exit, string output, string errors) = await ImportAsync(text);

        Assert.AreEqual((1, ""), (exit, errors));
        Assert.Contains(problem, output);
        StringAssert.EndsWith(output, "; 0 were there already; 1 skipped\n");
    }

    [TestMethod]
    public async Task A_file_in_utf_16_is_explained()
    {
        await File.WriteAllTextAsync(_home.File("users.csv"), $"name,hash\nada,{Bcrypt}\n", Encoding.Unicode, _guard);

        Assert.AreEqual(
            (1, "line 1: it is not valid UTF-8; nothing was imported\nimported 0 accounts; 0 were there already; 1 skipped\n", ""),
            await RunAsync("user import users.csv"));
    }

    [TestMethod]
    [DataRow("name,hash,{0}\nada,x,y\n")]
    [DataRow("{{\"name\":\"ada\",\"hash\":\"x\",\"{0}\":1}}\n")]
    public async Task A_long_text_in_the_place_of_a_name_is_shortened(string text)
    {
        (int exit, string output, _) = await ImportAsync(string.Format(null, text, new string('x', 60_000)));

        Assert.AreEqual(1, exit);
        Assert.IsLessThan(700, output.Length);
    }

    public void Dispose() => _home.Dispose();

    /// <summary>Imports a file: $ is a hash, and # is one of the existing system.</summary>
    private async Task<(int Exit, string Output, string Errors)> ImportAsync(string text)
    {
        string whole = text.Contains("$2a", StringComparison.Ordinal) ? text : text.Replace("$", Bcrypt, StringComparison.Ordinal);
        await File.WriteAllTextAsync(_home.File("users.csv"), whole.Replace("#", Sha, StringComparison.Ordinal), _guard);
        return await RunAsync("user import users.csv");
    }

    private async Task<(int Exit, string Output, string Errors)> RunAsync(string line, string data = "data")
    {
        await using HostRun run = await HostRun.ToEndAsync(_home, [.. line.Split(' '), "--data", data]);
        return (await run.Ended, $"{run.Out}", $"{run.Error}");
    }

    private async Task<string> PutAsync(string name, string what)
    {
        string path = _home.File(name);
        if (what == "a folder")
            Directory.CreateDirectory(path);
        else if (what == "a device")
            File.CreateSymbolicLink(path, "/dev/full");
        else
            using (Process made = Process.Start("mkfifo", [path]))
                await made.WaitForExitAsync(_guard);
        return path;
    }
}
