using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Files;
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

    [TestMethod]
    public void A_check_after_the_end_reports_no_file_that_the_database_deletes()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("users.db"), "");
        var time = new Checks();
        var watch = new FileWatch(folder.File("users.db"), time, NullLogger.Instance, _problems, "accounts-file");
        watch.MarkOpened();
        watch.Dispose();
        File.Delete(folder.File("users.db"));
        time.Run();

        Assert.IsEmpty(_problems.Current);
    }

    private void Pass() => _time.Advance(TimeSpan.FromSeconds(5));

    /// <summary>Runs a check as if it had begun before the timer was disposed.</summary>
    private sealed class Checks : TimeProvider
    {
        public Action Run { get; private set; } = () => { };

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Run = () => callback(state);
            return new FakeTimeProvider().CreateTimer(callback, state, dueTime, period);
        }
    }
}
