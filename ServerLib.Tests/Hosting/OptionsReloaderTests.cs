using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ServerLib.Server;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.Hosting;

/// <summary>Options that change while the server runs.</summary>
[TestClass]
public sealed class OptionsReloaderTests : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly ConfigurationManager _configuration = new();
    private readonly LogLines _log = new();
    private readonly ServerLibServer _server;

    public OptionsReloaderTests() => _server = ServerLibServer.Create(b => b.OnFreePort(_folder.Path).Configure(_configuration).Use<ILog>(_log));

    private ServerOptions Current => _server.Services.GetRequiredService<IOptions<ServerOptions>>().Value;

    private ConnectionServer Server => _server.Services.GetRequiredService<ConnectionServer>();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _configuration.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    public async Task A_reload_puts_other_options_into_force_and_names_them()
    {
        await _server.StartAsync(_guard);
        ServerOptions before = Current;
        OptionsReloadResult result = await ReloadAsync(("Login:Registration", "Closed"), ("Limits:MaxSessionsPerUser", "3"), ("ServerGreeting", "hi"));

        CollectionAssert.AreEquivalent(
            new[] { "Login:Registration", "Limits:MaxSessionsPerUser", "ServerGreeting" }, result.Changed.ToArray());
        Assert.IsEmpty(result.NeedRestart);
        Assert.IsEmpty(result.Problems);
        Assert.AreEqual("hi", Current.ServerGreeting);
        Assert.AreNotEqual("hi", before.ServerGreeting, "A reader of the old options sees none of the new ones.");
        LoginException e = await Assert.ThrowsExactlyAsync<LoginException>(() => Server.ConnectAsync("nobody", _guard));
        Assert.AreEqual(LoginCode.Failure, e.Result);
    }

    [TestMethod]
    public async Task An_invalid_option_changes_nothing_and_is_named()
    {
        await _server.StartAsync(_guard);
        OptionsReloadResult result = await ReloadAsync(("ServerGreeting", "hi"), ("Limits:MaxConnections", "0"));

        StringAssert.StartsWith(result.Problems.Single(), "Limits:MaxConnections: '0' is not allowed");
        Assert.IsEmpty(result.Changed);
        Assert.AreNotEqual("hi", Current.ServerGreeting);
    }

    [TestMethod]
    public async Task An_unknown_name_changes_nothing_and_is_named()
    {
        await _server.StartAsync(_guard);
        OptionsReloadResult result = await ReloadAsync(("ServerGreeting", "hi"), ("Limit:MaxConnections", "1"));

        Assert.AreEqual("ServerLib: there is no option Limit:MaxConnections; did you mean Limits:MaxConnections?", result.Problems.Single());
        Assert.AreNotEqual("hi", Current.ServerGreeting);
    }

    [TestMethod]
    public async Task A_certificate_that_cannot_be_used_changes_nothing()
    {
        await using var server = ServerLibServer.Create(b => b
            .OnFreePort(_folder.Path)
            .Configure(_configuration)
            .Use(services => ServerCertificate.Load(services.GetRequiredService<IOptions<ServerOptions>>().Value)));
        await server.StartAsync(_guard);
        _configuration["ServerLib:ServerGreeting"] = "hi";
        _configuration["ServerLib:Tls:CertificateFile"] = "none.pem";
        OptionsReloadResult result = await server.Services.GetRequiredService<OptionsReloader>().ReloadAsync("ada", cancellationToken: _guard);

        StringAssert.Contains(result.Problems.Single(), "none.pem");
        Assert.AreNotEqual("hi", server.Services.GetRequiredService<IOptions<ServerOptions>>().Value.ServerGreeting);
    }

    [TestMethod]
    public async Task An_option_that_needs_a_restart_is_named_and_others_change()
    {
        await _server.StartAsync(_guard);
        OptionsReloadResult result = await ReloadAsync(
            ("ServerGreeting", "hi"), ("EventLoops", "2"), ("ActivityLog:File", "other.log"), ("Sessions:ResumeWindow", "5s"));

        CollectionAssert.AreEquivalent(new[] { "EventLoops", "ActivityLog:File", "Sessions:ResumeWindow" }, result.NeedRestart.ToArray());
        CollectionAssert.AreEqual(new[] { "ServerGreeting" }, result.Changed.ToArray());
        Assert.AreEqual((0, "activity.log"), (Current.EventLoops, Current.ActivityLog.File));
        Assert.AreEqual("hi", Current.ServerGreeting);
    }

    [TestMethod]
    public async Task A_change_of_the_configuration_reloads_the_options()
    {
        await _server.StartAsync(_guard);
        _configuration["ServerLib:ServerGreeting"] = "hi";
        ((IConfigurationRoot)_configuration).Reload();
        await _log.WaitForAsync("[ STATUS ] configuration reloaded", _guard);
        AuditEntry entry = await ReadAsync(AuditEvent.ConfigurationReloaded);

        Assert.AreEqual(("", "changed: ServerGreeting"), (entry.Actor, entry.Detail));
        Assert.AreEqual("hi", Current.ServerGreeting);
    }

    [TestMethod]
    public async Task A_reload_is_in_the_audit_trail_without_values()
    {
        await _server.StartAsync(_guard);
        await ReloadAsync(("Login:ReservedNames:0", "boss"), ("EventLoops", "2"));
        await ReloadAsync(("Limits:MaxConnections", "0"));

        AuditEntry reloaded = await ReadAsync(AuditEvent.ConfigurationReloaded), refused = await ReadAsync(AuditEvent.ConfigurationRefused);
        Assert.AreEqual(
            ("ada", "198.51.100.1", "changed: Login:ReservedNames; needs a restart: EventLoops"), (reloaded.Actor, reloaded.Address, reloaded.Detail));
        Assert.AreEqual("ada", refused.Actor);
        StringAssert.StartsWith(refused.Detail, "Limits:MaxConnections: ");
    }

    [TestMethod]
    public async Task New_bans_end_connections_and_missing_ones_are_lifted()
    {
        await _server.StartAsync(_guard);
        await using ServerClient ada = await Server.ConnectAsync("ada", _guard);
        await ReloadAsync(("Bans:0", "ada"));
        Assert.AreEqual("banned", (await ada.EndAsync(_guard)).Code);
        Assert.AreEqual("ada", Server.Bans.Single().Target);
        _configuration["ServerLib:Bans:0"] = "bob";
        await _server.Services.GetRequiredService<OptionsReloader>().ReloadAsync(cancellationToken: _guard);

        Assert.AreEqual("bob", Server.Bans.Single().Target);
        await using ServerClient again = await Server.ConnectAsync("ada", _guard);
    }

    [TestMethod]
    public async Task A_lower_limit_refuses_the_next_connection_and_keeps_the_others()
    {
        await _server.StartAsync(_guard);
        await using ServerClient ada = await Server.ConnectAsync("ada", _guard);
        await ReloadAsync(("Limits:MaxConnections", "1"));
        ServerClientException e = await Assert.ThrowsExactlyAsync<ServerClientException>(() => Server.ConnectAsync("bob", _guard));

        Assert.AreEqual("full", e.Code);
        Assert.AreEqual(1, Server.ConnectionCount);
    }

    [TestMethod]
    public async Task Logins_during_reloads_succeed()
    {
        await _server.StartAsync(_guard);
        Task reloads = Task.Run(async () =>
        {
            for (int i = 0; i < 50; i++)
                await ReloadAsync(("ServerGreeting", $"greeting {i}"), ("Limits:MaxMessageBurst", $"{500 + i}"));
        });
        await Parallel.ForAsync(0, 20, _guard, async (i, token) =>
        {
            await using ServerClient client = await Server.ConnectAsync($"user{i}", token);
        });
        await reloads;

        Assert.AreEqual(("greeting 49", 549), (Current.ServerGreeting, Current.Limits.MaxMessageBurst));
    }

    private Task<OptionsReloadResult> ReloadAsync(params (string Name, string Value)[] options)
    {
        foreach ((string name, string value) in options)
            _configuration[$"ServerLib:{name}"] = value;
        return _server.Services.GetRequiredService<OptionsReloader>().ReloadAsync("ada", "198.51.100.1", cancellationToken: _guard);
    }

    private async Task<AuditEntry> ReadAsync(AuditEvent what)
    {
        var filter = new AuditFilter { Events = new HashSet<AuditEvent> { what } };
        return (await _server.Services.GetRequiredService<AuditTrail>().ReadAsync(filter, cancellationToken: _guard))[0];
    }
}
