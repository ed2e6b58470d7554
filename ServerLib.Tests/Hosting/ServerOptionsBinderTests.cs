using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ServerLib.Tests.Hosting;

[TestClass]
public sealed class ServerOptionsBinderTests
{
    [TestMethod]
    public void Options_of_every_kind_are_read()
    {
        ServerOptions options = Read(
            ("Port", "9000"),
            ("limits:maxframesize", "8192"),
            ("Limits:MaxUnauthenticated", "10:20:30"),
            ("Login:GraceTime", "00:00:30"),
            ("Limits:KeepAlive", "90s"),
            ("Login:Registration", "closed"),
            ("Tls:CertificateFile", "server.pem"),
            ("Bans:0", "ada"),
            ("Bans:1", "203.0.113.0/24"));

        Assert.AreEqual(9000, options.Port);
        Assert.AreEqual(8192, options.Limits.MaxFrameSize);
        Assert.AreEqual(new RandomEarlyDrop(10, 20, 30), options.Limits.MaxUnauthenticated);
        Assert.AreEqual(TimeSpan.FromSeconds(30), options.Login.GraceTime);
        Assert.AreEqual(TimeSpan.FromSeconds(90), options.Limits.KeepAlive);
        Assert.AreEqual(RegistrationPolicy.Closed, options.Login.Registration);
        Assert.AreEqual("server.pem", options.Tls.CertificateFile);
        CollectionAssert.AreEqual(new[] { "ada", "203.0.113.0/24" }, options.Bans.ToArray());
    }

    [TestMethod]
    public void End_points_are_read()
    {
        ServerOptions options = Read(
            ("Endpoints:0:Address", "::"),
            ("Endpoints:0:Port", "9000"),
            ("Endpoints:0:Plaintext", "Never"),
            ("endpoints:1:path", "chat.sock"),
            ("Endpoints:1:Tls", "required"),
            ("Endpoints:1:ProxyProtocol:From:0", "10.0.0.0/8"),
            ("Endpoints:1:ProxyProtocol:From:1", "192.0.2.1"));

        ServerEndpoint[] endpoints = [.. options.Endpoints];
        Assert.HasCount(2, endpoints);
        Assert.AreEqual(("::", 9000, null), (endpoints[0].Address, endpoints[0].Port, endpoints[0].Path));
        Assert.AreEqual((PlaintextPolicy.Never, EndpointTls.Optional), (endpoints[0].Plaintext, endpoints[0].Tls));
        Assert.AreEqual((null, null, "chat.sock"), (endpoints[1].Address, endpoints[1].Port, endpoints[1].Path));
        Assert.AreEqual((null, EndpointTls.Required), (endpoints[1].Plaintext, endpoints[1].Tls));
        CollectionAssert.AreEqual(new[] { "10.0.0.0/8", "192.0.2.1" }, endpoints[1].ProxyProtocol.From.ToArray());
    }

    [TestMethod]
    public void Options_that_the_section_does_not_hold_keep_their_values()
    {
        var services = new ServiceCollection();
        services.AddServerLib(options => (options.Port, options.MaxClients) = (1, 7)).Configure(Section(("Port", "2")));
        using ServiceProvider provider = services.BuildServiceProvider();

        ServerOptions options = provider.GetRequiredService<IOptions<ServerOptions>>().Value;

        Assert.AreEqual((2, 7), (options.Port, options.MaxClients));
    }

    [TestMethod]
    [DataRow("MaxConnections", "1", "there is no option MaxConnections; did you mean Limits:MaxConnections?")]
    [DataRow("RequireTls", "1", "there is no option RequireTls.")]
    [DataRow("Prot", "1", "there is no option Prot; did you mean Port?")]
    [DataRow("Limits:MaxFrame", "1", "there is no option Limits:MaxFrame; did you mean Limits:MaxFrameSize?")]
    [DataRow("Limit:MaxFrameSize", "1", "there is no option Limit:MaxFrameSize; did you mean Limits:MaxFrameSize?")]
    [DataRow("Port", "x", "Port: 'x' is not allowed; it must be a whole number")]
    [DataRow("Port", "0x50", "Port: '0x50' is not allowed; it must be a whole number")]
    [DataRow("Port", null, "Port: 'null' is not allowed; it must be a whole number")]
    [DataRow("Port:0", "1", "Port is an option and has nothing below it, but there is 0")]
    [DataRow("Login:GraceTime", "20", "Login:GraceTime: '20' is not allowed; it must be a duration such as 90s, 12h, 7d or 00:02:00")]
    [DataRow("Login:Registration", "Opn", "Login:Registration: 'Opn' is not allowed; it must be Open or Closed or Invitation")]
    [DataRow("Limits", "7", "Limits is a group of options and has no value of its own")]
    [DataRow("Endpoints", "::", "Endpoints is a list: give Endpoints:0, Endpoints:1 and so on")]
    [DataRow("Endpoints:Port", "1", "Endpoints is a list: Port is not one of its items")]
    [DataRow("Endpoints:0:Prot", "1", "Endpoints:0: there is no option Prot; did you mean Port?")]
    [DataRow("Endpoints:3:Port", "x", "Endpoints:3: Port: 'x' is not allowed; it must be a whole number")]
    [DataRow("Endpoints:0:Tls", "x", "Endpoints:0: Tls: 'x' is not allowed; it must be Optional or Required or Never")]
    [DataRow(
        "Endpoints:0:ProxyProtocol:From", "x",
        "Endpoints:0: ProxyProtocol:From is a list: give ProxyProtocol:From:0, ProxyProtocol:From:1 and so on")]
    [DataRow("Bans", "ada", "Bans is a list: give Bans:0, Bans:1 and so on")]
    [DataRow("Bans:x", "ada", "Bans is a list: x is not one of its items")]
    [DataRow("Bans:0:x", "ada", "Bans is a list: 0 is not one of its items")]
    public void A_problem_is_one_sentence_with_the_option_and_what_is_allowed(string name, string? value, string problem) =>
        Assert.AreEqual(problem, ServerOptions.FindProblems(Section((name, value))).Single());

    [TestMethod]
    public void All_problems_fail_the_start_at_once()
    {
        OptionsValidationException e = Assert.ThrowsExactly<OptionsValidationException>(() => Read(("Prot", "1"), ("MaxClients", "many")));

        CollectionAssert.AreEqual(
            new[]
            {
                "ServerLib: MaxClients: 'many' is not allowed; it must be a whole number",
                "ServerLib: there is no option Prot; did you mean Port?",
            },
            e.Failures.Order(StringComparer.Ordinal).ToArray());
    }

    [TestMethod]
    public void An_applications_whole_configuration_may_be_given()
    {
        IConfigurationSection section = Section(("Port", "9000"));
        var services = new ServiceCollection();
        services.AddServerLib(new ConfigurationBuilder().AddInMemoryCollection([new("ServerLib:Port", "9000"), new("Other", "1")]).Build());
        using ServiceProvider provider = services.BuildServiceProvider();

        Assert.AreEqual(9000, provider.GetRequiredService<IOptions<ServerOptions>>().Value.Port);
        Assert.IsEmpty(ServerOptions.FindProblems(section));
    }

    [TestMethod]
    public void A_list_in_the_environment_replaces_those_of_two_files()
    {
        using var folder = new TempFolder();
        string first = folder.File("first.json");
        string second = folder.File("second.json");
        File.WriteAllText(first, """{ "ServerLib": { "Bans": [ "a", "b", "c" ], "Login": { "ReservedNames": [ "d", "e" ] }, "Port": 1 } }""");
        File.WriteAllText(second, """{ "ServerLib": { "bans": [ "f", "g" ], "MaxClients": 7 } }""");
        string prefix = $"TEST{Guid.NewGuid():N}_";

        IConfigurationBuilder sources = new ConfigurationBuilder().AddJsonFile(first).AddJsonFile(second);
        ServerOptions fromFiles = ReadAll(sources.Build());
        Environment.SetEnvironmentVariable($"{prefix}ServerLib__Bans__0", "h");
        ServerOptions fromAll;
        try
        {
            fromAll = ReadAll(sources.AddEnvironmentVariables(prefix).Build());
        }
        finally
        {
            Environment.SetEnvironmentVariable($"{prefix}ServerLib__Bans__0", null);
        }

        CollectionAssert.AreEqual(new[] { "f", "g" }, fromFiles.Bans.ToArray());
        CollectionAssert.AreEqual(new[] { "h" }, fromAll.Bans.ToArray());
        CollectionAssert.AreEqual(new[] { "d", "e" }, fromAll.Login.ReservedNames.ToArray());
        Assert.AreEqual((1, 7), (fromAll.Port, fromAll.MaxClients));
    }

    [TestMethod]
    public void An_empty_list_in_a_later_source_replaces_an_earlier_one()
    {
        using var earlier = new MemoryStream("""{ "ServerLib": { "Bans": [ "a", "b" ] } }"""u8.ToArray());
        using var later = new MemoryStream("""{ "ServerLib": { "Bans": [] } }"""u8.ToArray());

        ServerOptions options = ReadAll(new ConfigurationBuilder().AddJsonStream(earlier).AddJsonStream(later).Build());

        Assert.IsEmpty(options.Bans);
    }

    [TestMethod]
    public void A_list_in_a_chained_configuration_counts_as_one_of_its_sources()
    {
        IConfigurationRoot inner = new ConfigurationBuilder()
            .AddInMemoryCollection([new("ServerLib:Bans:0", "a"), new("ServerLib:Bans:1", "b")])
            .AddInMemoryCollection([new("ServerLib:Bans:0", "c")])
            .Build();

        ServerOptions options = ReadAll(new ConfigurationBuilder().AddConfiguration(inner).Build());

        CollectionAssert.AreEqual(new[] { "c" }, options.Bans.ToArray());
    }

    private static ServerOptions ReadAll(IConfiguration configuration)
    {
        var services = new ServiceCollection();
        services.AddServerLib(configuration);
        using ServiceProvider provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<ServerOptions>>().Value;
    }

    private static ServerOptions Read(params (string Name, string? Value)[] values) => ReadAll(Section(values));

    private static IConfigurationSection Section(params (string Name, string? Value)[] values) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(pair => KeyValuePair.Create($"ServerLib:{pair.Name}", pair.Value)))
            .Build().GetSection("ServerLib");
}
