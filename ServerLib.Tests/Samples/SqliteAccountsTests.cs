using System.Text;

namespace ServerLib.Tests.Samples;

[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows, IgnoreMessage = "The server is stopped with SIGTERM.")]
public sealed class SqliteAccountsTests : IDisposable
{
    private const string Upgraded = "The password of Ada now has an Argon2id hash.";

    private readonly CancellationToken _token = Guard.NewToken();
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task Logins_at_the_same_time_upgrade_an_old_hash_once()
    {
        await using ProgramProcess server = await SampleProcess.StartServerAsync("SqliteAccounts/Server", _folder, _token);
        StringAssert.Contains(await ReadDatabaseAsync(), "Ada$2a$11$");

        string[] answers = await Task.WhenAll(
            LogInAsync(server, "ada", "correct horse"), LogInAsync(server, "ADA", "correct horse"), LogInAsync(server, "ada", "correct hors"));
        StringAssert.Contains(answers[0], "The shop knows you as Ada.");
        StringAssert.Contains(answers[1], "The shop knows you as Ada.");
        StringAssert.Contains(answers[2], "The name or the password is wrong.");
        StringAssert.Contains(await LogInAsync(server, "ada", "correct horse"), "The shop knows you as Ada.");

        StringAssert.Contains(await ReadDatabaseAsync(), "Ada$argon2id$");
        StringAssert.Contains(await ReadDatabaseAsync(), "Grace$2a$11$");
        Assert.AreEqual(0, await server.StopAsync(_token), server.Transcript);
        Assert.HasCount(2, server.Transcript.Split(Upgraded), server.Transcript);
    }

    [TestMethod]
    public async Task A_name_that_the_shop_does_not_know_is_registered_with_a_new_hash()
    {
        await using ProgramProcess server = await SampleProcess.StartServerAsync("SqliteAccounts/Server", _folder, _token);

        StringAssert.Contains(await LogInAsync(server, "Zoë", "on computable numbers"), "The shop knows you as Zoë.");
        StringAssert.Contains(await LogInAsync(server, "ZOË", "on computable numbers"), "The shop knows you as Zoë.");
        StringAssert.Contains(await LogInAsync(server, "Zoë", "something else entirely"), "The name or the password is wrong.");

        Assert.DoesNotContain("something else entirely", await ReadDatabaseAsync());
        Assert.DoesNotContain("on computable numbers", await ReadDatabaseAsync());
        Assert.AreEqual(0, await server.StopAsync(_token), server.Transcript);
    }

    [TestMethod]
    public async Task A_damaged_database_makes_logins_fail_and_leaves_the_server_up()
    {
        await using ProgramProcess server = await SampleProcess.StartServerAsync("SqliteAccounts/Server", _folder, _token);
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "shop.db"), "This is no database.", _token);

        StringAssert.Contains(await LogInAsync(server, "ada", "correct horse"), "The server is busy; try again.");
        StringAssert.Contains(await LogInAsync(server, "ada", "correct horse"), "The server is busy; try again.");

        Assert.AreEqual(0, await server.StopAsync(_token), server.Transcript);
        StringAssert.Contains(server.Transcript, "The shop's database cannot be read.");
    }

    private async Task<string> LogInAsync(ProgramProcess server, string name, string password)
    {
        await using ProgramProcess client = SampleProcess.Start("SqliteAccounts/Client", _folder, name, $"{server.EndPoint}");
        await client.SendLineAsync(password, _token);
        await client.WaitForExitAsync(_token);
        return client.Transcript;
    }

    private async Task<string> ReadDatabaseAsync() =>
        Encoding.Latin1.GetString(await File.ReadAllBytesAsync(Path.Combine(_folder.Path, "shop.db"), _token));
}
