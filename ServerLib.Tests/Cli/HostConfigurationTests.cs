using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ServerLib.Cli;
using ServerLib.Tests.Administration;

namespace ServerLib.Tests.Cli;

[TestClass]
public sealed class HostConfigurationTests
{
    [TestMethod]
    public void The_command_line_wins_over_the_environment_over_the_named_file_over_appsettings()
    {
        using var folder = new TempFolder();
        File.WriteAllText(
            folder.File("appsettings.json"),
            """{ "ServerLib": { "Port": 1, "MaxClients": 1, "Limits": { "MaxConnections": 1 }, "Login": { "MaxAttempts": 1 } } }""");
        File.WriteAllText(folder.File("my.json"), """{ "ServerLib": { "Port": 2, "MaxClients": 2, "Limits": { "MaxConnections": 2 } } }""");

        ServerOptions options = Read(
            folder, [new("ServerLib:Port", "4")], "my.json", new() { ["SERVERLIB_PORT"] = "3", ["SERVERLIB_MaxClients"] = "3" });

        Assert.AreEqual(4, options.Port);
        Assert.AreEqual(3, options.MaxClients);
        Assert.AreEqual(2, options.Limits.MaxConnections);
        Assert.AreEqual(1, options.Login.MaxAttempts);
        Assert.AreEqual(1024 * 1024, options.Limits.MaxQueuedBytes);
    }

    [TestMethod]
    public void Every_kind_of_option_can_be_given()
    {
        using var folder = new TempFolder();
        ServerOptions options = Read(
            folder,
            [
                new("serverlib:login:reservednames:0", "root"),
                new("ServerLib:Login:Registration", "closed"),
                new("ServerLib:Login:GraceTime", "00:00:07"),
            ],
            null,
            new() { ["SERVERLIB_PasswordHashing__Iterations"] = "3", ["SERVERLIB_ServerGreeting"] = "" });

        Assert.AreEqual("root", options.Login.ReservedNames.Single());
        Assert.AreEqual(RegistrationPolicy.Closed, options.Login.Registration);
        Assert.AreEqual(TimeSpan.FromSeconds(7), options.Login.GraceTime);
        Assert.AreEqual(3, options.PasswordHashing.Iterations);
        Assert.AreEqual("", options.ServerGreeting);
    }

    [TestMethod]
    [DataRow("Bans")]
    [DataRow("Login:ReservedNames")]
    [DataRow("Login:PenaltyExempt")]
    public void A_list_comes_whole_from_the_source_that_wins(string list)
    {
        using var folder = new TempFolder();
        string[] groups = list.Split(':');
        File.WriteAllText(folder.File("appsettings.json"), Json("""[ "192.0.2.1", "192.0.2.2", "192.0.2.3" ]"""));
        File.WriteAllText(folder.File("my.json"), Json("""[ "192.0.2.4", "192.0.2.5" ]"""));
        File.WriteAllText(folder.File("empty.json"), Json("[]"));
        string variable = $"SERVERLIB_{string.Join("__", groups)}__0";

        CollectionAssert.AreEqual(new[] { "192.0.2.1", "192.0.2.2", "192.0.2.3" }, Items([], null, []));
        CollectionAssert.AreEqual(new[] { "192.0.2.4", "192.0.2.5" }, Items([], "my.json", []));
        CollectionAssert.AreEqual(Array.Empty<string>(), Items([], "empty.json", []));
        CollectionAssert.AreEqual(new[] { "192.0.2.6" }, Items([], "my.json", new() { [variable] = "192.0.2.6" }));
        CollectionAssert.AreEqual(
            new[] { "192.0.2.7" }, Items([new($"ServerLib:{list}:0", "192.0.2.7")], "my.json", new() { [variable] = "192.0.2.6" }));

        string Json(string items) => groups.Reverse().Append("ServerLib").Aggregate(items, (inner, name) => $$"""{ "{{name}}": {{inner}} }""");

        string[] Items(KeyValuePair<string, string?>[] arguments, string? file, Dictionary<string, string?> variables)
        {
            ServerOptions options = Read(folder, arguments, file, variables);
            return [.. list switch
            {
                "Bans" => options.Bans,
                "Login:ReservedNames" => options.Login.ReservedNames,
                _ => options.Login.PenaltyExempt,
            }];
        }
    }

    [TestMethod]
    [DataRow("SERVERLIB_SERVICE_HOST", "10.0.0.1")]
    [DataRow("SERVERLIB_SERVICE_PORT", "9000")]
    [DataRow("SERVERLIB_SERVICE_PORT_CHAT", "9000")]
    [DataRow("SERVERLIB_PORT", "tcp://10.0.0.1:9000")]
    [DataRow("SERVERLIB_PORT_9000_TCP", "tcp://10.0.0.1:9000")]
    [DataRow("SERVERLIB_PORT_9000_TCP_ADDR", "10.0.0.1")]
    [DataRow("SERVERLIB_CHAT_SERVICE_HOST", "10.0.0.1")]
    [DataRow("SERVERLIB_CHAT_PORT", "tcp://10.0.0.1:9000")]
    public void Variables_of_Kubernetes_services_are_ignored(string name, string value)
    {
        using var folder = new TempFolder();
        Assert.AreEqual(new ServerOptions().Port, Read(folder, [], null, new() { [name] = value }).Port);
    }

    [TestMethod]
    public void Other_unknown_variables_in_Kubernetes_are_refused_with_a_hint()
    {
        using var folder = new TempFolder();
        Dictionary<string, string?> variables = new() { ["SERVERLIB_CHAT_HOST"] = "x", ["KUBERNETES_SERVICE_HOST"] = "10.0.0.1" };

        WrongUsageException e = Assert.ThrowsExactly<WrongUsageException>(() => Read(folder, [], null, variables));

        Assert.Contains("enableServiceLinks: false", e.Message);
    }

    [TestMethod]
    public void An_empty_list_or_group_is_no_mistake()
    {
        using var folder = new TempFolder();
        File.WriteAllText(
            folder.File("my.json"),
            """{ "Logging": {}, /* a comment */ "ServerLib": { "Login": { "ReservedNames": [] }, "PasswordHashing": {}, "Port": 5, } }""");

        Assert.AreEqual(5, Read(folder, [], "my.json", []).Port);
    }

    [TestMethod]
    [DataRow("--port 7 --listen ::1 --data d", "::1", 7, "d")]
    [DataRow("7 --data=d --listen=::1", "::1", 7, "d")]
    [DataRow("--ServerLib:Port 6 --port:7 --listen:::1 --ServerLib:DataDirectory=d", "::1", 7, "d")]
    [DataRow("--ServerLib:Server=a=b", "a=b", null, null)]
    public async Task Arguments_become_options(string args, string? server, int? port, string? data)
    {
        CommandLine.Arguments? seen = null;
        var commandLine = new CommandLine(new CommandLineActions
        {
            Serve = (arguments, _) =>
            {
                seen = arguments;
                return Task.FromResult(42);
            },
            Connect = (_, _) => throw new NotSupportedException(),
            FindDataFolder = _ => throw new NotSupportedException(),
            OpenFiles = _ => throw new NotSupportedException(),
            Terminal = new FakeAdminTerminal(),
            Surroundings = Surroundings.OfThisProcess(),
            Print = _ => { },
        });

        Assert.AreEqual(42, await commandLine.InvokeAsync(args.Split(' '), TextWriter.Null, TextWriter.Null, Guard.NewToken()));
        Dictionary<string, string?> values = [];
        foreach ((string key, string? value) in seen!.Values)
            values[key] = value;
        Assert.AreEqual(server, values.GetValueOrDefault("ServerLib:Server"));
        Assert.AreEqual(port?.ToString(System.Globalization.CultureInfo.InvariantCulture), values.GetValueOrDefault("ServerLib:Port"));
        Assert.AreEqual(data, values.GetValueOrDefault("ServerLib:DataDirectory"));
    }

    private static ServerOptions Read(
        TempFolder folder, KeyValuePair<string, string?>[] arguments, string? file, Dictionary<string, string?> variables)
    {
        var surroundings = new Surroundings
        {
            In = TextReader.Null,
            Out = TextWriter.Null,
            Error = TextWriter.Null,
            CurrentDirectory = folder.Path,
            Variables = variables,
        };
        var services = new ServiceCollection();
        services.AddServerLib(HostConfiguration.Read(new CommandLine.Arguments(arguments, file), surroundings).Configuration);
        using ServiceProvider provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<ServerOptions>>().Value;
    }
}
