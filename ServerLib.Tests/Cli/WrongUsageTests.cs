namespace ServerLib.Tests.Cli;

[TestClass]
public sealed class WrongUsageTests
{
    [TestMethod]
    [DataRow("--prot 1", "there is no option --prot; did you mean --port?")]
    [DataRow("--port", "--port")]
    [DataRow("--port x", "Port: 'x' is not allowed; it must be a whole number")]
    [DataRow("x", "there is no command x; 'help' lists the commands")]
    [DataRow("conect --user ada", "there is no command conect; did you mean 'connect'? 'help' lists the commands")]
    [DataRow("serve --prot 1", "there is no option --prot; did you mean --port?")]
    [DataRow("adduser ada", "there is no command adduser; did you mean 'user add'?")]
    [DataRow("user remvoe x", "there is no command user remvoe; did you mean 'user remove'?")]
    [DataRow("user", "user needs one of: add, export, import, key, list, lock, logout, passwd, remove, show, unlock")]
    [DataRow("history ada", "unexpected ada; write --user before the name of a user")]
    [DataRow("1 2", "'2'")]
    [DataRow("1 history verify", "1 is a port of a server; it cannot be used before history")]
    [DataRow("1 --port 2", "PORT and --port mean the same")]
    [DataRow("70000", "Port: '70000' is not allowed; it must be 0 to 65535")]
    [DataRow("-1", "Port: '-1' is not allowed; it must be 0 to 65535")]
    [DataRow("--listen nowhere", "Server: 'nowhere' is not allowed; it must be an IP address")]
    [DataRow("@args.txt", "'@args.txt'")]
    [DataRow("--config none.json", "none.json does not exist")]
    [DataRow("--config .", "")]
    [DataRow("--ServerLib:Prot 1", "command line: there is no option Prot; did you mean Port?")]
    [DataRow("--ServerLib:ServerSocket 1", "there is no option ServerSocket")]
    [DataRow("--ServerLib:Port", "--ServerLib:Port needs a value")]
    [DataRow("--ServerLib:Port --port 1", "--ServerLib:Port needs a value")]
    [DataRow("--ServerLib:Port=x", "Port: 'x' is not allowed; it must be a whole number")]
    [DataRow("--ServerLib:Login:GraceTime=soon", "Login:GraceTime: 'soon' is not allowed; it must be a duration such as 90s, 12h, 7d or 00:02:00")]
    [DataRow("0x50", "Port: '0x50' is not allowed; it must be a whole number")]
    [DataRow("--ServerLib:Login:GraceTime=20", "Login:GraceTime: '20' is not allowed; it must be a duration such as 90s, 12h, 7d or 00:02:00")]
    [DataRow("--listen 1", "Server: '1' is not allowed; it must be an IP address")]
    [DataRow("--ServerLib:Login:Registration=Opn", "Login:Registration: 'Opn' is not allowed; it must be Open or Closed")]
    [DataRow("--ServerLib:Login:Registration=7", "Login:Registration: '7' is not allowed; it must be Open or Closed")]
    [DataRow("--ServerLib:PasswordHashing=7", "PasswordHashing is a group of options")]
    [DataRow("--ServerLib:PasswordHashing:Memory=7", "did you mean PasswordHashing:MemorySize?")]
    [DataRow("--ServerLib:Login:ReservedNames=root", "Login:ReservedNames is a list")]
    [DataRow("--ServerLib:Login:ReservedNames:0=a:b", "Login:ReservedNames:0: 'a:b' is not allowed; it must be a name that a user could have")]
    [DataRow("--ServerLib:Login:ReservedNames:x=root", "Login:ReservedNames is a list: x is not one of its items")]
    [DataRow("--ServerLib:Port:0=1", "Port is an option and has nothing below it")]
    public async Task Wrong_usage_is_said_and_2(string arguments, string expected)
    {
        using var folder = new TempFolder();
        await using HostRun run = await HostRun.ToEndAsync(folder, arguments.Split(' '));

        Assert.AreEqual(2, await run.Ended);
        Assert.Contains(expected, run.Error.ToString());
        Assert.IsLessThanOrEqualTo(2, run.Error.Lines.Length, run.Error.ToString());
        Assert.DoesNotContain("   at ", run.Error.ToString());
        Assert.IsEmpty(Directory.GetFileSystemEntries(folder.Path));
    }

    [TestMethod]
    public async Task A_data_folder_that_is_a_file_is_said_to_be_one()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("data"), "");
        await using HostRun run = await HostRun.ToEndAsync(folder, ["--port", "0", "--data", "data"]);

        Assert.AreEqual(2, await run.Ended);
        Assert.Contains($"DataDirectory: '{folder.File("data")}' is not allowed; it must be a folder, and that is a file", run.Error.ToString());
    }

    [TestMethod]
    [DataRow("""{ "ServerLib": { "Prot": 1 } }""", "there is no option Prot; did you mean Port?")]
    [DataRow("""{ "ServerLib": { "Port": "x" } }""", "Port: 'x' is not allowed")]
    [DataRow("""{ "ServerLib": { "Port": null } }""", "Port: 'null' is not allowed")]
    [DataRow("""{ "ServerLib": 3 }""", "ServerLib is a group of options")]
    [DataRow("""{ "Port": 3 }""", "the options belong under ServerLib")]
    [DataRow("{ \"ServerLib\": {\n  \"Port\": , } }", "line 2, column 11")]
    [DataRow("""{ "ServerLib": { "Port": 1""", "line 1, column ")]
    [DataRow("", "line 1, column 1")]
    [DataRow("[1]", "object")]
    [DataRow("""{ "ServerLib": { "Port": 1, "port": 2 } }""", "duplicate")]
    public async Task A_wrong_file_is_named_and_2(string json, string expected)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("my.json"), json);
        await using HostRun run = await HostRun.ToEndAsync(folder, ["--config", "my.json"]);

        Assert.AreEqual(2, await run.Ended);
        Assert.StartsWith($"{folder.File("my.json")}: ", run.Error.ToString());
        Assert.Contains(expected, run.Error.ToString());
        Assert.DoesNotContain("   at ", run.Error.ToString());
    }

    [TestMethod]
    public async Task Every_source_is_checked_and_every_problem_said()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("appsettings.json"), """{ "ServerLib": { "Sever": "127.0.0.1" }, "Other": 1 }""");
        await using HostRun run = await HostRun.ToEndAsync(
            folder, ["--ServerLib:A=1"], variables: new() { ["SERVERLIB_ActivityLog__Fil"] = "x", ["HOME"] = "/" });

        Assert.AreEqual(2, await run.Ended);
        Assert.Contains("appsettings.json: there is no option Sever; did you mean Server?", run.Error.ToString());
        Assert.Contains("environment: there is no option ActivityLog:Fil; did you mean ActivityLog:File?", run.Error.ToString());
        Assert.Contains("command line: there is no option A.", run.Error.ToString());
    }
}
