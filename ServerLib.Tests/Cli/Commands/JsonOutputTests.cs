using System.Security.Cryptography;
using System.Text.Json;

namespace ServerLib.Tests.Cli.Commands;

/// <summary>The option <c>--json</c> of every command of the command line.</summary>
[TestClass]
public sealed class JsonOutputTests : IDisposable
{
    /// <summary>The arguments of each command, and the exit codes on the files and with a server.</summary>
    private static readonly Dictionary<string, (string Arguments, int OnFiles, int OnServer)> Commands = new()
    {
        ["audit"] = ("", 0, 0),
        ["backup"] = ("new.zip --force", 0, 0),
        ["ban add"] = ("eve 7d spam", 0, 0),
        ["ban list"] = ("", 0, 0),
        ["ban remove"] = ("eve", 0, 0),
        ["config check"] = ("", 0, 0),
        ["config reload"] = ("", 1, 0),
        ["config show"] = ("", 0, 0),
        ["export"] = ("all.jsonl", 0, 0),
        ["help"] = ("", 0, 0),
        ["history"] = ("", 0, 0),
        ["history verify"] = ("", 0, 0),
        ["import"] = ("all.jsonl", 0, 0),
        ["invite add"] = ("7d", 0, 0),
        ["invite list"] = ("", 0, 0),
        ["invite remove"] = ("99", 3, 3),
        ["kick"] = ("ada", 1, 3),
        ["restore"] = ("none.zip", 3, 3),
        ["role grant"] = ("ada admin", 0, 0),
        ["role revoke"] = ("ada admin", 0, 0),
        ["say"] = ("hello", 1, 0),
        ["shutdown"] = ("", 1, 0),
        ["status"] = ("", 1, 0),
        ["throttle clear"] = ("all", 3, 3),
        ["throttle list"] = ("", 0, 0),
        ["user add"] = ("bob --generate", 0, 0),
        ["user export"] = ("", 0, 0),
        ["user import"] = ("users.csv", 1, 1),
        ["user key add"] = ("ada laptop ada.pem", 0, 0),
        ["user key list"] = ("ada", 0, 0),
        ["user key remove"] = ("ada laptop", 0, 0),
        ["user list"] = ("", 0, 0),
        ["user lock"] = ("ada", 0, 0),
        ["user logout"] = ("ada", 0, 0),
        ["user passwd"] = ("ada --generate", 0, 0),
        ["user remove"] = ("bob", 0, 0),
        ["user show"] = ("ada", 0, 0),
        ["user unlock"] = ("ada", 0, 0),
        ["users"] = ("", 1, 0),
        ["watch"] = ("--once", 1, 0),
    };

    /// <summary>In this order: a ban is lifted after it was added, and the server stops last.</summary>
    private static readonly IEnumerable<string> Order = Commands.Keys.OrderBy(name => name == "shutdown").ThenBy(name => name, StringComparer.Ordinal);

    private readonly TempFolder _home = new();

    public void Dispose() => _home.Dispose();

    [TestMethod]
    public async Task Every_command_is_tested()
    {
        JsonElement help = JsonDocument.Parse((await RunAsync("help --json")).Output).RootElement;
        CollectionAssert.AreEquivalent(Commands.Keys, help.EnumerateArray().Select(entry => entry.GetProperty("command").GetString()).ToArray());
    }

    [TestMethod]
    public async Task Every_command_prints_JSON_on_the_files()
    {
        await PrepareAsync();
        foreach (string name in Order)
            await CheckAsync($"{name} {Commands[name].Arguments}", Commands[name].OnFiles);
    }

    [TestMethod]
    public async Task Every_command_prints_JSON_with_a_server()
    {
        await PrepareAsync();
        await using HostRun server = HostRun.Start(_home, ["--port", "0", "--data", "data"]);
        await server.EndPointAsync();
        foreach (string name in Order)
            await CheckAsync($"{name} {Commands[name].Arguments}", Commands[name].OnServer);
        Assert.AreEqual(0, await server.Ended.WaitAsync(Guard.NewToken()));
    }

    [TestMethod]
    public async Task Wrong_usage_of_every_command_is_JSON()
    {
        foreach (string name in Commands.Keys)
            await CheckAsync($"{name} --no-such-option", 2);
    }

    [TestMethod]
    [DataRow("user")]
    [DataRow("user remvoe")]
    [DataRow("nothing")]
    [DataRow("1 users")]
    [DataRow("serve")]
    [DataRow("connect")]
    [DataRow("completion")]
    [DataRow("service install")]
    [DataRow("--prot 1")]
    [DataRow("--config none.json user add ada --generate")]
    public async Task Other_wrong_usage_is_JSON(string line) => await CheckAsync(line, 2);

    [TestMethod]
    public async Task The_defaults_are_JSON() => await CheckAsync("config show --defaults", 0);

    private async Task PrepareAsync()
    {
        using RSA key = RSA.Create(2048);
        await File.WriteAllTextAsync(_home.File("ada.pem"), key.ExportSubjectPublicKeyInfoPem(), Guard.NewToken());
        await File.WriteAllTextAsync(_home.File("users.csv"), "name,hash\nzoe,bad\n", Guard.NewToken());
        await RunAsync("user add ada --generate --data data");
    }

    private async Task CheckAsync(string line, int expected)
    {
        (int exit, string output, string errors) = await RunAsync($"{line} --json --data data");
        Assert.AreEqual(expected, exit, $"{line}: {output}{errors}");

        // An import that skips entries reports what it has done.
        bool isError = exit != 0 && !line.StartsWith("user import users.csv", StringComparison.Ordinal);
        Assert.AreEqual("", isError ? output : errors, line);
        try
        {
            // An export is a line of JSON for each account.
            string[] documents = line.StartsWith("user export ", StringComparison.Ordinal) && !isError
                ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                : [isError ? errors : output];
            JsonElement[] answers = [.. documents.Select(document => JsonDocument.Parse(document).RootElement)];
            if (isError)
                Assert.AreEqual(exit, answers[0].GetProperty("exit").GetInt32(), line);
        }
        catch (JsonException e)
        {
            Assert.Fail($"{line}: {e.Message}: {output}{errors}");
        }
    }

    private async Task<(int Exit, string Output, string Errors)> RunAsync(string line)
    {
        await using HostRun run = await HostRun.ToEndAsync(_home, line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return (await run.Ended, run.Out.ToString(), run.Error.ToString());
    }
}
