using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Testing;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Users;

/// <summary>A test server keeps in memory what a server stores in files.</summary>
[TestClass]
public sealed class TestServerFilesTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_test_server_writes_no_files()
    {
        using var folder = new TempFolder();
        string data = folder.File("data");
        await using (TestServer server = await TestServer.StartAsync(b => b.Configure(options => options.DataDirectory = data), _guard))
        {
            await using ServerClient ada = await server.ConnectAsync("ada", _guard);
            await ada.ChangePasswordAsync("password", "another", _guard);
            await Assert.ThrowsExactlyAsync<LoginException>(() => server.ConnectAsync("ada", _guard));
            IServerControl control = server.Services.GetRequiredService<IServerControl>();
            await control.BanAsync(new Ban("mallory"), cancellationToken: _guard);
            await ada.PingAsync(_guard);

            // Longer than what is saved from time to time waits, and than a key of tickets is used.
            server.Time.Advance(TimeSpan.FromDays(3));
        }

        Assert.IsFalse(Path.Exists(data));
    }

    [TestMethod]
    public async Task A_test_server_has_an_audit_trail()
    {
        await using TestServer server = await TestServer.StartAsync(cancellationToken: _guard);
        await using (await server.ConnectAsync("ada", _guard))
            await Assert.ThrowsExactlyAsync<LoginException>(() => server.ConnectAsync(Wrong(), cancellationToken: _guard));
        AuditTrail audit = server.Services.GetRequiredService<AuditTrail>();

        AuditEntry[] entries = [.. (await audit.ReadAsync(cancellationToken: _guard)).Where(entry => entry.Name == "ada")];
        CollectionAssert.AreEqual(
            new[] { AuditEvent.Logon, AuditEvent.FailedLogin }, entries.Select(entry => entry.Event).Take(2).ToArray());
        Assert.IsNull((await audit.VerifyAsync(cancellationToken: _guard)).Problem);
    }

    [TestMethod]
    public async Task A_test_server_issues_tickets()
    {
        await using TestServer server = await TestServer.StartAsync(cancellationToken: _guard);
        using var client = HostileClient.Connect(server);
        await client.SendAsync(HostileClient.Preface);
        await client.SendAsync(new HostileFrame(
            FrameKind.Login, """{"mechanism":"PLAIN","username":"ada","password":"password","features":["ticket"]}"""));

        StringAssert.Contains((await client.ExpectAsync(FrameKind.Welcome)).Text, "\"ticketSeconds\":");
    }

    [TestMethod]
    public async Task The_clock_of_a_test_server_is_also_that_of_its_clients_and_accounts()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using TestServer server = await TestServer.StartAsync(time, cancellationToken: _guard);
        await using ServerClient ada = await server.ConnectAsync("ada", _guard);

        Assert.AreSame(time, server.Time);
        Assert.AreSame(time, server.Services.GetRequiredService<TimeProvider>());
        UserAccount account = (await server.Services.GetRequiredService<IUserAdministration>().FindAccountAsync("ada", _guard))!;
        Assert.AreEqual(time.Start, account.RegisteredAt);
    }

    [TestMethod]
    public async Task Accounts_of_the_test_replace_all_services_of_the_accounts_in_memory()
    {
        await using TestServer server = await TestServer.StartAsync(b => b.UseUserDatabase<OpenDatabase>(), _guard);

        Assert.IsInstanceOfType<OpenDatabase>(server.Services.GetRequiredService<IUserDatabase>());
        Assert.IsNull(server.Services.GetService<IUserAdministration>());
        Assert.IsNull(server.Services.GetService<IUserKeys>());
        Assert.IsNull(server.Services.GetService<IAccountStamps>());
        Assert.IsNull(server.Services.GetService<IBanDatabase>());
    }

    private static ServerClientOptions Wrong() => new() { UserName = "ada", Password = "wrong" };
}
