using ServerLib.Cli;

namespace ServerLib.Tests.EndToEnd;

/// <summary>The configuration changes while the program runs.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class ReloadTests : HostTest
{
    private const int HangUp = 1;

    private string ConfigFile => Path.Combine(Data.Root, "my.json");

    [TestMethod]
    public async Task A_hang_up_signal_reloads_the_configuration_without_a_terminal()
    {
        await StartWithAsync("""{ "ServerLib": { "Login": { "Registration": "Open" } } }""");
        ClassicClient ada = await JoinAsync("ada");
        await Write("""{ "ServerLib": { "Login": { "Registration": "Closed" }, "Limits": { "MaxConnections": 99 }, "MaxClients": 5 } }""");
        Host.Signal(HangUp);
        string line = await Host.WaitForLineAsync("configuration reloaded", Token);

        Assert.EndsWith("changed: Limits:MaxConnections, Login:Registration; needs a restart: MaxClients", line);
        Assert.AreEqual("FAILURE", await (await ConnectAsync()).LoginAsync("bob", "secret of bob", Token));
        await Host.CommandAsync("say still here", Token);
        Assert.AreEqual("SERVER: still here", await ada.ReceiveAsync(Token));
    }

    [TestMethod]
    [DataRow("""{ "ServerLib": { "Login": { "Registration": "Closed" }, "Limits": { "MaxConnections": 0 } } }""", "Limits:MaxConnections: '0' is not allowed")]
    [DataRow("""{ "ServerLib": { "Login": { "Registration": "Closed" }, "Prot": 1 } }""", "there is no option Prot; did you mean Port?")]
    [DataRow("""{ "ServerLib": { "Login": { "Registration": "Closed" """, "line 1, column ")]
    public async Task An_invalid_file_changes_nothing_and_the_reason_is_logged(string json, string problem)
    {
        await StartWithAsync("{}");
        await Write(json);
        Host.Signal(HangUp);
        string line = await Host.WaitForLineAsync("configuration not reloaded: ", Token);

        Assert.Contains(problem, line);
        Assert.AreEqual("OK", await (await ConnectAsync()).LoginAsync("bob", "secret of bob", Token));
    }

    [TestMethod]
    public async Task A_changed_file_is_reloaded()
    {
        await StartWithAsync("{}");
        await Write("""{ "ServerLib": { "Login": { "Registration": "Closed" } } }""");
        await Host.WaitForLineAsync("configuration reloaded; changed: Login:Registration", Token);

        Assert.AreEqual("FAILURE", await (await ConnectAsync()).LoginAsync("bob", "secret of bob", Token));
    }

    [TestMethod]
    public async Task Log_levels_change_at_run_time()
    {
        await StartWithAsync("{}");
        await Write("""{ "Logging": { "LogLevel": { "Default": "Information" } } }""");
        Host.Signal(HangUp);
        await Host.WaitForLineAsync("configuration reloaded", Token);
        await Write("""{ "Logging": { "LogLevel": { "Default": "Information" } }, "ServerLib": { "ServerGreeting": "hi" } }""");
        Host.Signal(HangUp);
        await Host.WaitForLineAsync("configuration reloaded; changed: ServerGreeting", Token);
        await ShutDownAsync();

        Assert.Contains("info: The configuration was reloaded. Changed options: ServerGreeting.", Host.Transcript);
    }

    private Task StartWithAsync(string json)
    {
        if (JobControl.HasTerminal)
            Assert.Inconclusive("A process with a terminal stops on SIGHUP.");
        File.WriteAllText(ConfigFile, json);
        return StartAsync("--config", ConfigFile);
    }

    private Task Write(string json) => File.WriteAllTextAsync(ConfigFile, json, Token);
}
