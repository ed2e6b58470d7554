namespace ServerLib.Tests.Cli;

[TestClass]
public sealed class HostEndpointTests
{
    [TestMethod]
    public async Task The_program_prints_all_end_points()
    {
        using var folder = new TempFolder();
        string path = folder.File("chat.sock");
        await using HostRun run = await HostRun.ToEndAsync(
            folder, ["--ServerLib:Endpoints:0:Port", "0", "--ServerLib:Endpoints:1:Path", path], "shutdown\n");

        string line = run.Out.Lines.Single(l => l.StartsWith("Listening on ", StringComparison.Ordinal));
        Assert.StartsWith("Listening on 127.0.0.1:", line);
        Assert.EndsWith($", {path}", line);
    }
}
