using System.Text.Json;

namespace ServerLib.Tests.Cli;

/// <summary>The commands <c>config show</c> and <c>config check</c>.</summary>
[TestClass]
public sealed class ConfigCommandTests : IDisposable
{
    private readonly TempFolder _home = new();

    public void Dispose() => _home.Dispose();

    [TestMethod]
    public async Task Show_prints_each_value_and_its_source_and_no_secret()
    {
        File.WriteAllText(
            _home.File("appsettings.json"),
            """{ "ServerLib": { "Port": 9000, "Bans": [ "eve" ], "Tls": { "CertificateFile": "c.pem", "CertificatePassword": "geheim" } } }""");
        await using HostRun run = await HostRun.ToEndAsync(
            _home, ["config", "show", "--ServerLib:EventLoops", "2"], variables: new() { ["SERVERLIB_MaxClients"] = "7" });

        Assert.AreEqual(0, await run.Ended);
        string file = _home.File("appsettings.json");
        foreach (string line in (string[])
        [
            $"Port = 9000  [{file}]", $"Bans:0 = eve  [{file}]", "EventLoops = 2  [command line]", "MaxClients = 7  [environment]",
            "Limits:MaxMessageRate = 50  [default]", $"Tls:CertificatePassword = (not shown)  [{file}]", "Login:ReservedNames = (none)  [default]",
        ])
            Assert.Contains(line, run.Out.Lines.ToArray());
        Assert.DoesNotContain("geheim", string.Join('\n', run.Out.Lines));
    }

    [TestMethod]
    public async Task Show_prints_JSON()
    {
        await using HostRun run = await HostRun.ToEndAsync(_home, ["config", "show", "--json"]);

        JsonElement port = JsonDocument.Parse(string.Join('\n', run.Out.Lines)).RootElement.EnumerateArray()
            .Single(option => option.GetProperty("name").GetString() == "Port");
        Assert.AreEqual(
            ("8080", "default", true),
            (port.GetProperty("value").GetString(), port.GetProperty("source").GetString(), port.GetProperty("needsRestart").GetBoolean()));
    }

    [TestMethod]
    public async Task Show_asks_the_running_server()
    {
        File.WriteAllText(_home.File("appsettings.json"), """{ "ServerLib": { "MaxClients": 7, "Login": { "Registration": "Closed" } } }""");
        await using HostRun server = HostRun.Start(
            _home,
            ["--port", "0", "--data", "data", "--metrics", "0"],
            variables: new() { ["SERVERLIB_EventLoops"] = "2", ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://ada:geheim@127.0.0.1:1" });
        await server.EndPointAsync();
        File.WriteAllText(_home.File("appsettings.json"), """{ "ServerLib": { "MaxClients": 8, "Login": { "Registration": "Open" } } }""");
        Assert.AreEqual(0, await (await HostRun.ToEndAsync(_home, ["config", "reload", "--data", "data"])).Ended);
        await using HostRun run = await HostRun.ToEndAsync(_home, ["config", "show", "--data", "data"]);

        Assert.AreEqual(0, await run.Ended);
        foreach (string line in (string[])
        [
            "Port = 0  [command line]", "EventLoops = 2  [environment]", "MaxClients = 7  [until a restart]",
            $"Login:Registration = Open  [{_home.File("appsettings.json")}]", "Metrics = 0  [command line]",
            "Otlp = http://(not shown)@127.0.0.1:1  [OTEL_EXPORTER_OTLP_ENDPOINT]",
        ])
            Assert.Contains(line, run.Out.Lines.ToArray());
        Assert.StartsWith("The running server uses these values.", run.Out.Lines.Last(line => line.Length > 0));
        Assert.DoesNotContain("geheim", run.Out.ToString());
    }

    [TestMethod]
    [DataRow("--config", "other.json")]
    [DataRow("--ServerLib:MaxClients", "9")]
    public async Task Show_reads_the_sources_that_were_typed(params string[] sources)
    {
        File.WriteAllText(_home.File("other.json"), """{ "ServerLib": { "MaxClients": 9 } }""");
        await using HostRun server = HostRun.Start(_home, ["--port", "0", "--data", "data"]);
        await server.EndPointAsync();
        await using HostRun run = await HostRun.ToEndAsync(_home, ["config", "show", "--data", "data", .. sources]);

        Assert.Contains(line => line.StartsWith("MaxClients = 9 ", StringComparison.Ordinal), run.Out.Lines);
        Assert.AreEqual("A server that is started here would use these values.", run.Out.Lines.Last(line => line.Length > 0));
    }

    [TestMethod]
    public async Task A_reload_names_the_options_of_the_program_that_need_a_restart()
    {
        await using HostRun server = HostRun.Start(_home, ["--port", "0", "--data", "data"]);
        await server.EndPointAsync();
        File.WriteAllText(_home.File("appsettings.json"), """{ "ServerLib": { "Metrics": 0, "Otlp": "http://127.0.0.1:1", "ServerGreeting": "hi" } }""");
        await using HostRun run = await HostRun.ToEndAsync(_home, ["config", "reload", "--data", "data"]);

        Assert.StartsWith("these options need a restart: Metrics, Otlp\n", run.Out.ToString());
        Assert.AreEqual(0, await server.StopAsync());
        Assert.Contains("changed: ServerGreeting; needs a restart: Metrics, Otlp", File.ReadAllText(_home.File("data/activity.log")));
    }

    [TestMethod]
    [DataRow("{ \"ServerLib\": {\n  \"Limits\": { \"MaxConnections\": 0 } } }", ":2:15: Limits:MaxConnections: '0' is not allowed")]
    [DataRow("{ \"ServerLib\": {\n  \"Prot\": 1 } }", ":2:3: there is no option Prot; did you mean Port?")]
    [DataRow("{ \"ServerLib\": {\n  \"Bans\": [ \"eve\",\n \"1.2.3.4/99\" ] } }", ":3:2: Bans:1: ")]
    public async Task Check_names_the_line_and_column_of_an_error(string json, string problem)
    {
        File.WriteAllText(_home.File("my.json"), json);
        await using HostRun run = await HostRun.ToEndAsync(_home, ["config", "check", "--config", "my.json"]);

        Assert.AreEqual(2, await run.Ended);
        StringAssert.StartsWith(run.Out.Lines.Single(line => line.Length > 0), $"error: {_home.File("my.json")}{problem}");
    }

    [TestMethod]
    [DataRow("Passwords:DeniedFile", "The file of denied passwords '", "--ServerLib:Passwords:DeniedFile=none.txt")]
    [DataRow("Tls:CertificateFile", "The certificate '", "--ServerLib:Tls:CertificateFile=none.pem")]
    [DataRow(
        "Tls:ClientCertificateAuthorities", "The certificate '",
        "--ServerLib:Tls:ClientCertificates=Allow", "--ServerLib:Tls:ClientCertificateAuthorities=none.pem")]
    public async Task Check_refuses_files_with_which_a_server_would_not_start(string option, string problem, params string[] arguments)
    {
        await using HostRun check = await HostRun.ToEndAsync(_home, ["config", "check", .. arguments]);
        await using HostRun server = await HostRun.ToEndAsync(_home, ["--port", "0", .. arguments]);

        Assert.AreEqual((2, 2), (await check.Ended, await server.Ended));
        Assert.StartsWith($"error: command line: {option}: {problem}{_home.Path}", check.Out.ToString());
        Assert.DoesNotContain("is valid", check.Out.ToString());
    }

    [TestMethod]
    public async Task Check_names_unusual_settings()
    {
        await using HostRun run = await HostRun.ToEndAsync(
            _home, ["config", "check", "--ServerLib:Server=0.0.0.0", "--ServerLib:Login:Plaintext=Anywhere", "--ServerLib:ShutdownTimeout=00:00:00"]);

        Assert.AreEqual(0, await run.Ended);
        string output = string.Join('\n', run.Out.Lines);
        Assert.Contains("warning: command line: Login:Plaintext: passwords may be sent to 0.0.0.0 without encryption", output);
        Assert.Contains("warning: Login:Registration: everybody who can reach 0.0.0.0 can register", output);
        Assert.Contains("warning: command line: ShutdownTimeout: ", output);
        Assert.Contains("The configuration is valid.", output);
    }
}
