using System.Globalization;
using ServerLib.Passwords;

namespace ServerLib.Tests.Passwords;

[TestClass]
public sealed class HashQueueTests
{
    [TestMethod]
    public async Task Work_runs_on_a_thread_of_the_queue()
    {
        using var queue = new HashQueue(threads: 1, length: 1);

        Thread worker = await queue.RunAsync(() => Thread.CurrentThread, null!, Guard.NewToken()).ConfigureAwait(false);

        Assert.AreEqual("ServerLib hashing 1", worker.Name);
        Assert.IsTrue(worker.IsBackground);
        Assert.AreNotSame(worker, Thread.CurrentThread);
    }

    [TestMethod]
    public void Continuations_do_not_run_on_a_thread_of_the_queue()
    {
        using var queue = new HashQueue(threads: 1, length: 1);
        using var gate = new Gate();
        Task<int> work = queue.RunAsync(gate.Wait, -1, Guard.NewToken());
        Task<Thread> next = work.ContinueWith(
            _ => Thread.CurrentThread, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        gate.Open();

        Assert.AreNotEqual("ServerLib hashing 1", next.GetAwaiter().GetResult().Name);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task Only_the_threads_of_the_queue_have_a_lower_priority()
    {
        int before = Nice();
        using var queue = new HashQueue(threads: 1, length: 1);

        int nice = await queue.RunAsync(Nice, int.MinValue, Guard.NewToken());

        Assert.AreEqual(Math.Min(19, before + LowPriority.Niceness), nice);
        Assert.AreEqual(before, Nice());

        // The 19th field. The second one, the name, is in brackets and may contain anything.
        static int Nice()
        {
            string stat = File.ReadAllText("/proc/thread-self/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
        }
    }

    [TestMethod]
    public async Task RunAsync_answers_busy_at_once_when_the_queue_is_full()
    {
        using var queue = new HashQueue(threads: 2, length: 3);
        using var gate = new Gate();
        Task<int>[] taken = Enumerable.Range(0, 2 + 3).Select(_ => queue.RunAsync(gate.Wait, -1, Guard.NewToken())).ToArray();

        Task<int> refused = queue.RunAsync(() => 1, -1, Guard.NewToken());

        Assert.IsTrue(refused.IsCompleted);
        Assert.AreEqual(-1, await refused);
        gate.Open();
        CollectionAssert.AreEqual(new[] { 0, 0, 0, 0, 0 }, await Task.WhenAll(taken));
        Assert.AreEqual(1, await queue.RunAsync(() => 1, -1, Guard.NewToken()), "There is room again.");
    }

    [TestMethod]
    public async Task An_answer_comes_after_its_slot_is_free()
    {
        using var queue = new HashQueue(threads: 1, length: 0);
        for (int i = 0; i < 2_000; i++)
            Assert.AreEqual(i, await queue.RunAsync(() => i, -1, Guard.NewToken()).ConfigureAwait(false));
    }

    [TestMethod]
    public async Task Work_is_done_in_its_order()
    {
        using var queue = new HashQueue(threads: 1, length: 10);
        using var gate = new Gate();
        var order = new List<int>();
        Task<int> first = queue.RunAsync(gate.Wait, -1, Guard.NewToken());
        Task<int>[] others = Enumerable.Range(0, 10).Select(i => queue.RunAsync(
            () =>
            {
                order.Add(i);
                return i;
            },
            -1,
            Guard.NewToken())).ToArray();
        gate.Open();
        await first;
        await Task.WhenAll(others);

        CollectionAssert.AreEqual(Enumerable.Range(0, 10).ToArray(), order);
    }

    [TestMethod]
    public async Task Work_with_priority_has_its_own_queue_and_every_other_turn()
    {
        using var queue = new HashQueue(threads: 1, length: 4);
        using var gate = new Gate();
        var order = new List<string>();
        Task<int> first = queue.RunAsync(gate.Wait, -1, Guard.NewToken());
        gate.WaitUntilReached();
        Task<int>[] waiting = [.. Line("other", 4, hasPriority: false), .. Line("priority", 4, hasPriority: true)];
        Assert.AreEqual(-1, await queue.RunAsync(() => 1, -1, Guard.NewToken()), "Beside the waiting ones, one more may be running.");
        waiting = [.. waiting, .. Line("priority", 1, hasPriority: true)];
        Assert.AreEqual(
            -1, await queue.RunAsync(() => 1, -1, hasPriority: true, Guard.NewToken()), "The queue for work with priority is bounded too.");
        gate.Open();
        await first;
        CollectionAssert.DoesNotContain(await Task.WhenAll(waiting), -1);

        string[] expected =
        [
            "priority 0", "other 0", "priority 1", "other 1", "priority 2", "other 2", "priority 3", "other 3", "priority 0",
        ];
        CollectionAssert.AreEqual(expected, order);

        Task<int>[] Line(string name, int length, bool hasPriority) => Enumerable.Range(0, length).Select(i => queue.RunAsync(
            () =>
            {
                order.Add($"{name} {i}");
                return i;
            },
            -1,
            hasPriority,
            Guard.NewToken())).ToArray();
    }

    [TestMethod]
    public async Task Cancelled_work_leaves_the_queue_at_once_and_is_not_done()
    {
        using var queue = new HashQueue(threads: 1, length: 1);
        using var gate = new Gate();
        using var cancellation = new CancellationTokenSource();
        bool worked = false;
        Task<int> running = queue.RunAsync(gate.Wait, -1, Guard.NewToken());
        Task<int> waiting = queue.RunAsync(
            () =>
            {
                worked = true;
                return 1;
            },
            -1,
            cancellation.Token);

        await cancellation.CancelAsync();

        var thrown = await Assert.ThrowsAsync<OperationCanceledException>(() => waiting);
        Assert.AreEqual(cancellation.Token, thrown.CancellationToken);
        Task<int> next = queue.RunAsync(() => 7, -1, Guard.NewToken());
        gate.Open();
        Assert.AreEqual(7, await next);
        Assert.AreEqual(0, await running);
        Assert.IsFalse(worked);
    }

    [TestMethod]
    public async Task Work_that_is_cancelled_while_it_runs_ends_its_task_at_once()
    {
        using var queue = new HashQueue(threads: 1, length: 1);
        using var gate = new Gate();
        using var cancellation = new CancellationTokenSource();
        Task<int> running = queue.RunAsync(gate.Wait, -1, cancellation.Token);
        gate.WaitUntilReached();

        await cancellation.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => running);
        gate.Open();
        Assert.AreEqual(7, await queue.RunAsync(() => 7, -1, Guard.NewToken()));
    }

    [TestMethod]
    public async Task Work_with_a_cancelled_token_is_not_done()
    {
        using var queue = new HashQueue(threads: 1, length: 1);
        bool worked = false;

        await Assert.ThrowsAsync<OperationCanceledException>(() => queue.RunAsync(() => worked = true, false, new CancellationToken(true)));

        await queue.RunAsync(() => 0, -1, Guard.NewToken());
        Assert.IsFalse(worked);
    }

    [TestMethod]
    public async Task An_exception_fails_only_its_own_task()
    {
        using var queue = new HashQueue(threads: 1, length: 5);

        var thrown = await Assert.ThrowsExactlyAsync<InvalidOperationException>(
            () => queue.RunAsync<int>(() => throw new InvalidOperationException("mine"), -1, Guard.NewToken()));

        Assert.AreEqual("mine", thrown.Message);
        Assert.AreEqual(7, await queue.RunAsync(() => 7, -1, Guard.NewToken()));
    }

    [TestMethod]
    public async Task Dispose_completes_running_work_and_answers_busy_to_waiting_work()
    {
        var queue = new HashQueue(threads: 1, length: 5);
        using var gate = new Gate();
        Thread? worker = null;
        Task<int> running = queue.RunAsync(
            () =>
            {
                worker = Thread.CurrentThread;
                return gate.Wait();
            },
            -1,
            Guard.NewToken());
        gate.WaitUntilReached();
        Task<int> waiting = queue.RunAsync(() => 1, -1, Guard.NewToken());

        Task disposed = Task.Run(queue.Dispose, Guard.NewToken());

        Assert.AreEqual(-1, await waiting);
        Assert.IsFalse(running.IsCompleted);
        gate.Open();
        await disposed;
        Assert.AreEqual(0, await running);
        Assert.IsFalse(worker!.IsAlive);
        Assert.ThrowsExactly<ObjectDisposedException>(() => { _ = queue.RunAsync(() => 1, -1, Guard.NewToken()); });
        queue.Dispose();
    }

    [TestMethod]
    public async Task DisposeAsync_ends_the_threads_without_blocking()
    {
        var queue = new HashQueue(threads: 2, length: 5);
        using var gate = new Gate();
        Task<int> running = queue.RunAsync(gate.Wait, -1, Guard.NewToken());
        gate.WaitUntilReached();
        Task disposed = queue.DisposeAsync().AsTask();

        Assert.IsFalse(disposed.IsCompleted);
        gate.Open();
        await disposed;
        Assert.AreEqual(0, await running);
        await queue.DisposeAsync();
    }

    [TestMethod]
    public async Task Many_tasks_at_once_are_each_completed_once()
    {
        using var queue = new HashQueue(threads: 3, length: 50);
        int done = 0;
        int[] results = await Task.WhenAll(Enumerable.Range(0, 4_000).Select(i => Task.Run(async () =>
        {
            using var cancellation = new CancellationTokenSource();
            Task<int> asked = queue.RunAsync(() => Interlocked.Increment(ref done) > 0 ? 1 : 0, -1, cancellation.Token);
            if (i % 3 == 0)
                await cancellation.CancelAsync();
            try
            {
                return await asked;
            }
            catch (OperationCanceledException)
            {
                return 0;
            }
        }))).WaitAsync(Guard.NewToken());

        Assert.IsGreaterThanOrEqualTo(results.Count(r => r == 1), done);
        using var gate = new Gate();
        Task<int>[] all = Enumerable.Range(0, 53).Select(_ => queue.RunAsync(gate.Wait, -1, Guard.NewToken())).ToArray();
        Assert.AreEqual(-1, await queue.RunAsync(() => 1, -1, Guard.NewToken()), "No slot was gained.");
        gate.Open();
        Assert.IsTrue((await Task.WhenAll(all)).All(r => r == 0), "No slot was lost.");
    }
}

/// <summary>Most tests use one of the two queues, no matter which.</summary>
file static class HashQueueExtensions
{
    public static Task<T> RunAsync<T>(this HashQueue queue, Func<T> work, T busy, CancellationToken cancellationToken) =>
        queue.RunAsync(work, busy, hasPriority: false, cancellationToken);
}
