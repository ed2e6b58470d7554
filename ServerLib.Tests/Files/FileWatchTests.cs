using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Tests.Accounts;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.Files;

[TestClass]
public sealed class FileWatchTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ServerProblems _problems = new();

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow("users.db")]
    [DataRow("users-log.db")]
    public async Task A_deleted_file_of_the_accounts_is_reported_once_until_it_is_back(string name)
    {
        using var folder = new AccountsFolder();
        var log = new ListLogger<LiteDbUserDatabase>();
        await using LiteDbUserDatabase database = folder.Open(_time, log, problems: _problems);
        await database.CreateNewUserAsync(new("alice", "secret"));
        Pass();
        Assert.IsEmpty(_problems.Current);

        File.Move(folder.File(name), folder.File("moved"));
        File.WriteAllText(folder.File(name), "");
        Pass();
        Pass();
        Assert.AreEqual("accounts-file", _problems.Current.Single().Name);
        Assert.AreEqual(1, log.Entries.Count(e => e.Level == LogLevel.Critical && e.Message.Contains($"{name}' was deleted or replaced")));
        Assert.IsTrue((await database.AuthenticateUserAsync(new("alice", "secret"))).IsOk);

        File.Move(folder.File("moved"), folder.File(name), overwrite: true);
        Pass();
        Assert.IsEmpty(_problems.Current);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task A_deleted_file_of_the_audit_trail_is_reported()
    {
        using var folder = new TempFolder();
        await using var history = new AuditTrail(folder.Path, timeProvider: _time, problems: _problems);
        await history.ReadAsync();
        File.Delete(folder.File("history.db"));
        Pass();

        Assert.AreEqual("audit-trail-file", _problems.Current.Single().Name);
    }

    private void Pass() => _time.Advance(TimeSpan.FromSeconds(5));
}
