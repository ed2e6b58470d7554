using Microsoft.Extensions.Time.Testing;
using ServerLib.Files;

namespace ServerLib.Tests.Files;

[TestClass]
public sealed class DatabaseThreadTests
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly FakeTimeProvider _time = new();
    private readonly List<Exception> _failures = [];
    private Action _begins = () => { };
    private Action _commits = () => { };

    [TestMethod]
    public async Task An_operation_fails_if_its_transaction_cannot_begin()
    {
        await using DatabaseThread<Store> thread = Start();
        _begins = () => throw new IOException("No transaction");

        ServerLibException e = await Assert.ThrowsExactlyAsync<ServerLibException>(() => WriteAsync(thread, _ => 1));
        StringAssert.Contains(e.Message, "No transaction");
    }

    [TestMethod]
    public async Task A_read_that_fails_twice_fails_and_is_reported()
    {
        await using DatabaseThread<Store> thread = Start();
        int reads = 0;

        ServerLibException e = await Assert.ThrowsExactlyAsync<ServerLibException>(
            () => ReadAsync<int>(thread, _ => throw new InvalidDataException($"Damaged {++reads}")));
        Assert.AreEqual(2, reads);
        StringAssert.Contains(e.Message, "Damaged 2");
        Assert.AreEqual("Damaged 1", _failures.Single().Message);
        Assert.IsFalse(thread.IsHealthy);
    }

    [TestMethod]
    public async Task A_read_is_repeated_after_each_failing_write_that_it_meets()
    {
        await using DatabaseThread<Store> thread = Start();
        Task<int>? first = null;
        Task<int>? second = null;
        int commits = 0;
        _commits = () =>
        {
            if (++commits > 2)
                return;

            // It is queued before the read is queued again.
            second ??= WriteAsync(thread, _ => 2);
            throw new IOException("Full");
        };

        int read = await ReadAsync(thread, _ =>
        {
            first ??= WriteAsync(thread, _ => 1);
            return 7;
        });

        Assert.AreEqual((7, 3), (read, commits));
        await Assert.ThrowsExactlyAsync<ServerLibException>(() => first!);
        await Assert.ThrowsExactlyAsync<ServerLibException>(() => second!);
    }

    [TestMethod]
    public async Task A_database_that_cannot_be_written_is_tried_at_once_on_demand()
    {
        await using DatabaseThread<Store> thread = Start();
        _commits = () => throw new IOException("Full");
        for (int i = 0; i < 2; i++)
            await Assert.ThrowsExactlyAsync<ServerLibException>(() => WriteAsync(thread, _ => 1));
        _commits = () => { };
        await Assert.ThrowsExactlyAsync<ServerLibException>(() => WriteAsync(thread, _ => 1));

        thread.RetryNow();
        Assert.AreEqual(1, await WriteAsync(thread, _ => 1));
        Assert.IsTrue(thread.IsHealthy);
    }

    private DatabaseThread<Store> Start() => DatabaseThread<Store>.Start(
        "Test", () => new Store(this), mustOpen: true, capacity: 100, _time, _failures.Add, () => { });

    private Task<T> WriteAsync<T>(DatabaseThread<Store> thread, Func<Store, T> work) =>
        thread.RunAsync(new DatabaseOperation<Store, T>(work)).WaitAsync(_guard);

    private Task<T> ReadAsync<T>(DatabaseThread<Store> thread, Func<Store, T> work) =>
        thread.RunAsync(new DatabaseOperation<Store, T>(work) { IsRead = true }).WaitAsync(_guard);

    private sealed class Store(DatabaseThreadTests test) : IDatabaseStore
    {
        public void Begin() => test._begins();

        public bool Commit()
        {
            test._commits();
            return true;
        }

        public void Probe()
        {
        }

        public void Freeze()
        {
        }

        public void Dispose()
        {
        }
    }
}
