using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.Extensions.Time.Testing;
using ServerLib.ActivityLog;
using ServerLib.Diagnostics;
using ServerLib.Tests.Auditing;
using ServerLib.Tests.Files;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.Diagnostics;

[TestClass]
public sealed class ServerProblemsTests
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly FakeTimeProvider _time = new();
    private readonly ServerProblems _problems;

    public ServerProblemsTests() => _problems = new ServerProblems(_time);

    [TestMethod]
    public void A_problem_has_the_time_of_its_first_report_and_the_reason_of_its_last()
    {
        DateTimeOffset since = _time.GetUtcNow();
        _problems.Report("accounts", "full");
        _time.Advance(TimeSpan.FromMinutes(1));
        _problems.Report("certificate", "expired");
        _problems.Report("accounts", "read-only\e[2J");

        CollectionAssert.AreEqual(
            new ServerProblem[] { new("accounts", since, "read-only\\u001B[2J"), new("certificate", _time.GetUtcNow(), "expired") },
            _problems.Current.ToArray());
        _problems.Resolve("accounts");
        _problems.Resolve("accounts");
        Assert.AreEqual("certificate", Names());
    }

    [TestMethod]
    public async Task An_audit_trail_that_cannot_be_written_is_a_problem_until_it_can()
    {
        using var folder = new AuditFolder(_time);
        var files = new FaultyFiles();
        var log = new ListLogger<AuditTrail>();
        await using var audit = new AuditTrail(folder.Path, null, _time, log, null, _problems, files.Open);
        files.Fault = what => what == "history-log.db write" ? FaultyFiles.DiskFull : null;
        for (int i = 0; i < 3; i++)
        {
            audit.Write(AuditEvent.Logon, "alice", "");
            _time.Advance(TimeSpan.FromSeconds(5));
            await audit.ReadAsync(cancellationToken: _guard);
        }

        Assert.AreEqual("audit-trail", Names());
        Assert.HasCount(1, log.Entries);
        files.Fault = _ => null;
        _time.Advance(TimeSpan.FromSeconds(5));
        await audit.ReadAsync(cancellationToken: _guard);
        Assert.AreEqual("", Names());
        Assert.HasCount(2, log.Entries);
    }

    [TestMethod]
    public void An_activity_log_that_cannot_be_written_is_a_problem_until_it_can()
    {
        using var folder = new TempFolder();
        string path = folder.File("activity.log");
        Directory.CreateDirectory(path);
        using var log = new LogWriter(
            new LogFile(path, () => "", new LogRotation(int.MaxValue, OlderFiles: 1), _time),
            new LineFormat(ActivityLogOptions.DefaultLineFormat),
            _time,
            new ListLogger<Log>(),
            _problems);
        Assert.AreEqual("activity-log", Names());

        Directory.Delete(path);
        _time.Advance(TimeSpan.FromMinutes(1));
        log.Write([new("back")], lost: 0);
        Assert.AreEqual("", Names());
    }

    [TestMethod]
    public void A_full_activity_log_that_cannot_be_renamed_is_a_problem()
    {
        using var folder = new TempFolder();
        string path = folder.File("activity.log");
        Directory.CreateDirectory(path + ".1");
        using var log = new LogWriter(
            new LogFile(path, () => "", new LogRotation(1, OlderFiles: 1), _time),
            new LineFormat(ActivityLogOptions.DefaultLineFormat),
            _time,
            new ListLogger<Log>(),
            _problems);
        log.Write([new("one")], lost: 0);
        log.Write([new("two")], lost: 0);
        Assert.AreEqual("activity-log-full", Names());

        Directory.Delete(path + ".1");
        _time.Advance(TimeSpan.FromMinutes(1));
        log.Write([new("three")], lost: 0);
        Assert.AreEqual("", Names());
    }

    [TestMethod]
    public void An_activity_log_that_throws_is_a_problem_until_it_works()
    {
        bool isBroken = true;
        using var metrics = new ServerMetrics();
        using var events = new ServerEvents(
            new DelegateLog(Write), new ListLogger<Log>(), metrics, new ServerTracing("", () => TimeSpan.Zero, _time), _problems, _time);
        events.Stopped();
        Assert.AreEqual("activity-log-exception", Names());
        isBroken = false;
        events.Stopped();
        Assert.AreEqual("", Names());

        void Write(string line)
        {
            if (isBroken)
                throw new IOException("gone");
        }
    }

    [TestMethod]
    public void The_number_of_problems_is_a_metric()
    {
        long? measured = null;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "serverlib.problems" && instrument.Meter.Tags?.Single().Value is "one with problems")
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => measured = value);
        listener.Start();
        using var metrics = new ServerMetrics(server: "one with problems", problems: _problems);
        _problems.Report("accounts", "full");
        _problems.Report("audit-trail", "full");
        listener.RecordObservableInstruments();

        Assert.AreEqual(2, measured);
    }

    [TestMethod]
    public void Every_problem_of_the_server_is_documented()
    {
        string table = File.ReadAllText(Repository.File("docs/admin/service.md"));
        FieldInfo[] names = typeof(ProblemNames).GetFields();

        Assert.IsNotEmpty(names);
        foreach (FieldInfo name in names)
            Assert.Contains($"`{name.GetRawConstantValue()}`", table);
    }

    private string Names() => string.Join(' ', _problems.Current.Select(problem => problem.Name));
}
