using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

[TestClass]
public sealed class TlsHandshakeLimiterTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_known_address_waits_behind_few_unknown_clients()
    {
        var limiter = new TlsHandshakeLimiter(4);
        Task[] unknown = [.. Enumerable.Range(0, 100).Select(_ => limiter.AcquireAsync(hasPriority: false, _guard))];
        Assert.AreEqual(2, unknown.Count(waiting => waiting.IsCompleted));
        Task[] known = [.. Enumerable.Range(0, 3).Select(_ => limiter.AcquireAsync(hasPriority: true, _guard))];
        Assert.AreEqual(2, known.Count(waiting => waiting.IsCompleted), "There are only four slots.");

        limiter.Release(hasPriority: false);
        await known[2].WaitAsync(_guard);
        for (int i = 0; i < known.Length; i++)
            limiter.Release(hasPriority: true);
        await unknown[2].WaitAsync(_guard);
        for (int i = 3; i < unknown.Length; i++)
        {
            limiter.Release(hasPriority: false);
            await unknown[i].WaitAsync(_guard);
        }

        limiter.Release(hasPriority: false);
        limiter.Release(hasPriority: false);
        Assert.AreEqual(4, limiter.Free);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task A_canceled_handshake_releases_its_slot(bool hasPriority)
    {
        var limiter = new TlsHandshakeLimiter(1);
        await limiter.AcquireAsync(hasPriority: true, _guard);
        using var impatient = new CancellationTokenSource();
        Task[] waiting = [.. Enumerable.Range(0, 3).Select(_ => limiter.AcquireAsync(hasPriority, impatient.Token))];
        await impatient.CancelAsync();
        foreach (Task one in waiting)
            await Assert.ThrowsAsync<OperationCanceledException>(() => one);

        limiter.Release(hasPriority: true);
        Assert.AreEqual(1, limiter.Free);
        await limiter.AcquireAsync(hasPriority, _guard).WaitAsync(_guard);
    }
}
