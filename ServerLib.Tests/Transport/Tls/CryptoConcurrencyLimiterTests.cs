using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

[TestClass]
public sealed class CryptoConcurrencyLimiterTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task The_limiter_runs_no_more_computations_at_once_than_it_allows()
    {
        var limiter = new CryptoConcurrencyLimiter(2);
        using var go = new SemaphoreSlim(0);
        int running = 0, most = 0;
        Task<int>[] all = [.. Enumerable.Range(0, 6).Select(i => limiter.RunAsync(
            () =>
            {
                int now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                go.Wait(_guard);
                Interlocked.Decrement(ref running);
                return i;
            },
            _guard))];
        Assert.IsFalse(limiter.TryAcquire());
        go.Release(6);
        CollectionAssert.AreEqual((int[])[0, 1, 2, 3, 4, 5], await Task.WhenAll(all));
        Assert.IsLessThanOrEqualTo(2, most);
        Assert.AreEqual(2, limiter.Free);
    }

    [TestMethod]
    public async Task A_failed_or_canceled_computation_releases_its_slot()
    {
        var limiter = new CryptoConcurrencyLimiter(1);
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => limiter.RunAsync<int>(() => throw new InvalidOperationException(), _guard));
        Assert.IsTrue(limiter.TryAcquire());
        using var impatient = new CancellationTokenSource();
        Task<int> waiting = limiter.RunAsync(() => 1, impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => waiting);
        limiter.Release();
        Assert.AreEqual(1, limiter.Free);
    }

    [TestMethod]
    public void Logged_in_users_have_half_of_the_cores_and_at_least_one() =>
        Assert.AreEqual(Math.Max(1, Environment.ProcessorCount / 2), new CryptoConcurrencyLimiter().Free);

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value)
            Interlocked.CompareExchange(ref target, value, seen);
    }
}
