using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Administration;
using ServerLib.Auditing;
using ServerLib.Testing;
using ServerLib.Tests.Administration;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.Auditing;

/// <summary>An audit trail in a store of the application.</summary>
[TestClass]
public sealed class AuditStoreTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly FakeTimeProvider _time = new(Start);
    private readonly FaultyAuditStore _store = new();

    [TestMethod]
    public async Task A_server_writes_to_the_store_that_is_registered()
    {
        var store = new InMemoryAuditStore();
        await using (TestServer server = await TestServer.StartAsync(builder => builder.Use<IAuditStore>(store), _guard))
            await server.ConnectAsync("ada", _guard);

        AuditEntry logon = (await new AuditReader(store).ReadAsync(new() { Events = new HashSet<AuditEvent> { AuditEvent.Logon } })).Single();
        Assert.AreEqual("ada", logon.Name);
        Assert.IsTrue((await new AuditReader(store).VerifyAsync(cancellationToken: _guard)).IsIntact);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task History_shows_and_verifies_the_store_also_while_no_server_runs(bool isRunning)
    {
        await using AuditTrail trail = Open();
        trail.Write(AuditEvent.Logon, "ada");
        await trail.ReadAsync(cancellationToken: _guard);
        object[] services = isRunning ? [_store, trail, _time] : [_store, _time];
        await using var run = new AdminRun(services) { At = isRunning ? CommandPlace.Server : CommandPlace.Files };

        Assert.Contains("ada", (await run.AnswerAsync("history")).Text);
        (int exit, string text) = await run.AnswerAsync("history verify");
        Assert.AreEqual(0, exit, text);
        Assert.Contains("the audit trail is intact", text);
    }

    [TestMethod]
    public async Task Lost_entries_are_counted_in_the_trail_when_the_store_works_again()
    {
        var problems = new ServerProblems(_time);
        var log = new ListLogger<AuditTrail>();
        await using (var trail = new AuditTrail(_store, timeProvider: _time, logger: log, problems: problems))
        {
            await trail.ReadAsync(cancellationToken: _guard);
            _store.BeforeAppend = () => throw new InvalidDataException("The connection is broken.");
            for (int i = 0; i < 3; i++)
            {
                trail.Write(AuditEvent.Logon, "ada");
                await trail.ReadAsync(cancellationToken: _guard);
            }

            Assert.AreEqual(("audit-trail", "The connection is broken."), problems.Current.Select(p => (p.Name, p.Reason)).Single());
            Assert.AreEqual("Cannot write the history 'a store'.", log.Entries.Single().Message[..35]);
            _store.BeforeAppend = () => Task.CompletedTask;
            _time.Advance(AuditWriter.RetryAfter);
            Assert.AreEqual("3", (await _store.ExpectAsync(AuditEvent.EntriesLost, _guard)).Entry.Detail);
        }

        Assert.IsEmpty(problems.Current);
        Assert.AreEqual("The history 'a store' can be written again, but entries were lost: 3.", log.Entries[^1].Message);
        Assert.HasCount(2, log.Entries);
    }

    [TestMethod]
    public async Task Dispose_writes_the_entries_that_wait()
    {
        var reached = new TaskCompletionSource();
        var released = new TaskCompletionSource();
        _store.BeforeAppend = () =>
        {
            reached.TrySetResult();
            return released.Task;
        };
        AuditTrail trail = Open();
        await reached.Task.WaitAsync(_guard);
        for (int i = 0; i < 250; i++)
            trail.Write(AuditEvent.Logon, $"user{i}");
        Task disposing = trail.DisposeAsync().AsTask();
        Assert.IsFalse(disposing.IsCompleted);
        released.SetResult();
        await disposing.WaitAsync(_guard);

        Assert.AreEqual("user249", (await _store.ReadBeforeAsync(long.MaxValue, 1, _guard)).Single().Entry.Name);
        Assert.AreEqual(251, (await _store.ReadBeforeAsync(long.MaxValue, 1, _guard)).Single().Number);
    }

    [TestMethod]
    public async Task A_store_that_refuses_for_ever_is_a_failure()
    {
        var problems = new ServerProblems(_time);
        await using var trail = new AuditTrail(_store, timeProvider: _time, problems: problems);
        _store.IsRefusing = true;
        trail.Write(AuditEvent.Logon, "ada");
        await trail.ReadAsync(cancellationToken: _guard);

        StringAssert.StartsWith(problems.Current.Single().Reason, "Entries could not be appended");
    }

    [TestMethod]
    public async Task Two_servers_delete_the_same_entries_without_harm()
    {
        await using (AuditTrail first = Open())
        {
            for (int i = 0; i < 20; i++)
                first.Write(AuditEvent.Logon, "old");
        }

        // Each has found what to delete before the other deletes it.
        _time.Advance(TimeSpan.FromDays(2));
        var both = new TaskCompletionSource();
        int deleting = 0;
        _store.BeforeDelete = _ =>
        {
            if (Interlocked.Increment(ref deleting) == 2)
                both.SetResult();
            return both.Task.WaitAsync(_guard);
        };
        await using AuditTrail one = Open();
        await using AuditTrail two = Open();
        await one.Deleting.WaitAsync(_guard);
        await two.Deleting.WaitAsync(_guard);
        one.Write(AuditEvent.Logon, "new");
        two.Write(AuditEvent.Logon, "new");
        await one.ReadAsync(cancellationToken: _guard);

        Assert.AreEqual(
            "ChainStarted ChainStarted Logon Logon",
            string.Join(' ', (await two.ReadAsync(cancellationToken: _guard)).Select(entry => entry.Event)));
        AuditCheck check = await two.VerifyAsync(cancellationToken: _guard);
        Assert.IsTrue(check.IsIntact, check.Problem);
    }

    [TestMethod]
    public async Task Entries_that_cannot_be_deleted_cause_a_warning()
    {
        await using (AuditTrail first = Open())
            first.Write(AuditEvent.Logon, "old");
        _time.Advance(TimeSpan.FromDays(2));
        _store.BeforeDelete = _ => throw new ServerLibException("Permission denied.");
        var log = new ListLogger<AuditTrail>();
        await using var trail = new AuditTrail(_store, TimeSpan.FromDays(1), _time, log);
        await trail.Deleting.WaitAsync(_guard);

        Assert.AreEqual(
            "Cannot delete the expired entries of the history 'a store'. The next attempt is in a day.", log.Entries.Single().Message);
    }

    [TestMethod]
    public async Task Dispose_ends_a_deletion()
    {
        await using (AuditTrail first = Open())
            first.Write(AuditEvent.Logon, "old");
        _time.Advance(TimeSpan.FromDays(2));
        var reached = new TaskCompletionSource();
        _store.BeforeDelete = token =>
        {
            reached.SetResult();
            return Task.Delay(Timeout.Infinite, token);
        };
        var log = new ListLogger<AuditTrail>();
        await using (new AuditTrail(_store, TimeSpan.FromDays(1), _time, log))
            await reached.Task.WaitAsync(_guard);

        Assert.IsEmpty(log.Entries);
    }

    private AuditTrail Open() => new(_store, TimeSpan.FromDays(1), _time);
}
