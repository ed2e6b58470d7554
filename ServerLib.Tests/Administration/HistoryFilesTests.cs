using ServerLib.Tests.Cli;

namespace ServerLib.Tests.Administration;

/// <summary>The command <c>history</c> on the files of a data folder.</summary>
[TestClass]
public sealed class HistoryFilesTests : IDisposable
{
    private readonly TempFolder _home = new();

    [TestMethod]
    public async Task A_folder_without_an_audit_trail_exits_with_3()
    {
        await using HostRun run = await HostRun.ToEndAsync(_home, ["history", "--data", "nowhere"]);
        Assert.AreEqual(3, await run.Ended);
        Assert.AreEqual(
            $"there is no audit trail in {_home.File("nowhere")}; give the server's data folder with --data", run.Error.ToString().TrimEnd());
        Assert.IsEmpty(Directory.GetFileSystemEntries(_home.Path));
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public async Task A_data_folder_that_cannot_be_used_exits_with_2()
    {
        // A link to itself: into a folder without rights, root could look.
        File.CreateSymbolicLink(_home.File("data"), _home.File("data"));
        await using HostRun run = await HostRun.ToEndAsync(_home, ["history", "--data", "data"]);
        Assert.AreEqual(2, await run.Ended);
        Assert.Contains("DataDirectory", $"{run.Error}");
    }

    [TestMethod]
    public async Task A_damaged_audit_trail_exits_with_1()
    {
        Directory.CreateDirectory(_home.File("serverlib-data"));
        await File.WriteAllTextAsync(_home.File("serverlib-data/history.db"), "garbage");
        await using HostRun run = await HostRun.ToEndAsync(_home, ["history"]);
        Assert.AreEqual(1, await run.Ended);
        Assert.Contains(_home.File("serverlib-data/history.db"), run.Error.ToString());
    }

    [TestMethod]
    [DataRow(new string[] { "history", "--port", "5" }, "there is no option --port")]
    [DataRow(new string[] { "history", "--limit", "x" }, "--limit cannot be 'x'")]
    public async Task Wrong_usage_exits_with_2(string[] arguments, string expected)
    {
        await using HostRun run = await HostRun.ToEndAsync(_home, arguments);
        Assert.AreEqual(2, await run.Ended);
        Assert.Contains(expected, run.Error.ToString());
    }

    public void Dispose() => _home.Dispose();
}
