using System.Diagnostics;

namespace ServerLib.Tests.Cli.Commands;

[TestClass]
public sealed class CompletionTests : IDisposable
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly TempFolder _home = new();

    [TestMethod]
    [DataRow("us", "user users")]
    [DataRow("user pass", "passwd")]
    [DataRow("user key ", "add list remove")]
    [DataRow("role grant ada ", "admin")]
    [DataRow("user add --ge", "--generate")]
    [DataRow("completion ", "bash pwsh zsh")]
    public async Task Complete_prints_the_words_that_could_follow(string typed, string expected)
    {
        await using HostRun run = await HostRun.ToEndAsync(_home, ["complete", "--", .. typed.Split(' ')]);
        Assert.AreEqual(0, await run.Ended);
        string[] words = [.. run.Out.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(w => !w.StartsWith("--", StringComparison.Ordinal) || typed.Contains("--", StringComparison.Ordinal))];
        Assert.AreEqual(expected, string.Join(' ', words));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task The_script_for_bash_completes_in_bash()
    {
        await using HostRun run = await HostRun.ToEndAsync(_home, ["completion", "bash"]);
        await File.WriteAllTextAsync(_home.File("completion.sh"), run.Out.ToString(), _guard);
        string program = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        string assembly = Path.Combine(AppContext.BaseDirectory, "ServerLib.Host.dll");
        string test = $$"""
            serverlib() { "{{program}}" "{{assembly}}" "$@"; }
            source ./completion.sh
            COMP_WORDS=(serverlib user pass); COMP_CWORD=2; _serverlib
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        using Process bash = Process.Start(new ProcessStartInfo("bash", ["-c", test]) { WorkingDirectory = _home.Path, RedirectStandardOutput = true })!;
        Assert.AreEqual("passwd\n", await bash.StandardOutput.ReadToEndAsync(_guard));
    }

    public void Dispose() => _home.Dispose();
}
