using System.Runtime.Versioning;
using ServerLib.Protocol;

namespace ServerLib.Tests.Cli;

/// <summary>The files of a data folder, and who may get at them.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
[UnsupportedOSPlatform("windows")]
public sealed class FileRightsTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly string[] Arguments = ["--port", "0", "--data", "data"];
    private readonly TempFolder _home = new();

    public void Dispose() => _home.Dispose();

    [TestMethod]
    public async Task Files_of_the_server_belong_to_its_owner_without_warnings()
    {
        for (int i = 0; i < 2; i++)
        {
            await using HostRun run = HostRun.Start(_home, Arguments, new TypedInput());
            await using (ServerClient client = await ServerClient.ConnectAsync(
                new ServerClientOptions { EndPoint = await run.EndPointAsync(), UserName = "ada", Password = "correct horse" }, Guard.NewToken()))
            {
                foreach (string file in Directory.GetFiles(_home.File("data")))
                    Assert.AreEqual(Owner, File.GetUnixFileMode(file), file);
            }

            Assert.AreEqual(0, await run.StopAsync());
            Assert.AreEqual("", run.Error.ToString());
        }

        string[] files = Directory.GetFiles(_home.File("data"));
        CollectionAssert.IsSubsetOf(
            (string[])["users.db", "history.db", "server-key.pem", "server-certificate.pem", "guesses.json", "ticket-keys.json", "activity.log"],
            files.Select(Path.GetFileName).ToArray());
        foreach (string file in files)
            Assert.AreEqual(Owner, File.GetUnixFileMode(file), file);
    }

    [TestMethod]
    [DataRow("server-key.pem", UnixFileMode.OtherRead)]
    [DataRow("users.db", UnixFileMode.GroupRead | UnixFileMode.GroupWrite)]
    [DataRow("users-log.db", UnixFileMode.OtherWrite)]
    [DataRow("history.db", UnixFileMode.GroupWrite)]
    [DataRow("guesses.json", UnixFileMode.OtherRead)]
    [DataRow("ticket-keys.json", UnixFileMode.GroupWrite)]
    public async Task What_others_can_get_at_is_warned_of_once_with_the_command_that_mends_it(string name, UnixFileMode others)
    {
        await using (HostRun first = await HostRun.ToEndAsync(_home, Arguments, "shutdown\n"))
            Assert.AreEqual(0, await first.Ended);
        string file = _home.File($"data/{name}");
        if (name == "guesses.json")
            await File.WriteAllTextAsync(
                file, $$"""{"key":"{{Convert.ToBase64String(new byte[32])}}","penalties":[],"guesses":[],"familiar":[]}""", Guard.NewToken());
        else if (!File.Exists(file))
            await File.WriteAllBytesAsync(file, [], Guard.NewToken());
        File.SetUnixFileMode(file, Owner | others);

        await using HostRun run = await HostRun.ToEndAsync(_home, Arguments, "shutdown\n");
        Assert.AreEqual(0, await run.Ended);
        Assert.AreEqual(
            $"warning: Other users of this machine can access a file that contains secrets. Run: chmod 600 '{file}'", run.Error.Lines.Single());
    }
}
